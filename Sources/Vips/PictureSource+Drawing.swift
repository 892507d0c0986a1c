package import MediaCore
import VectorGraphics

extension PictureSource {
    /// The bytes as they may be given to a loader: an SVG only in its sanitised form, whoever brought it into the tree, and without
    /// text, and of the size that browsers give it. Fonts are files, which a worker cannot open; drawn with what happens to be open, text comes out as boxes.
    /// - Throws: `file_damaged`, `image_too_large`, `processing_failed`.
    package func sanitized(_ limits: ImageLimits) throws(MediaError) -> PictureSource {
        guard self.type == .svg else { return self }
        let document = try SvgDocument(sanitizing: self.bytes, limits: limits, keepsText: false, isSized: true)
        do {
            return try PictureSource(copying: document.bytes, type: .svg)
        } catch {
            throw MediaError(.processingFailed, "The picture needs more memory than a worker has.", cause: error)
        }
    }
}
