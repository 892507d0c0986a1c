import CLibvips
import MediaCore

extension VipsRuntime {
    /// Loads what SVG needs: the drawing library, and the usual fonts, whose files cannot be opened any more when the sandbox is closed.
    /// About 60 ms and 12 MB. Text in another font is drawn in one of these, or not at all.
    ///
    /// Cairo keeps ten font files open: those of four styles in two families, and of two in one.
    package static func startDrawing() {
        var text = #"<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">"#
        let styles = [
            "", #" font-weight="bold""#, #" font-style="italic""#, #" font-weight="bold" font-style="italic""#,
        ]
        for (family, count) in [("sans-serif", 4), ("serif", 4), ("monospace", 2)] {
            for style in styles.prefix(count) { text += #"<text y="20" font-family="\#(family)"\#(style)>Ag1</text>"# }
        }
        // Without fonts on the machine there is no text in drawings; all else works.
        guard let source = try? PictureSource(copying: Array((text + "</svg>").utf8), type: .svg) else { return }
        try? Picture.open(source).decodeAndDiscard()
        Self.forgetPastErrors()
    }
}
