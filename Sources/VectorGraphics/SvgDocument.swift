package import MediaCore

/// An SVG file as nothing but a picture: drawn shapes, no scripts, no references to elsewhere, no more shapes than the limits allow.
///
/// Source: https://www.w3.org/TR/SVG2/
package struct SvgDocument: Sendable {
    /// UTF-8, with the SVG namespace as default namespace. Sanitising it again yields the same bytes.
    package let bytes: [UInt8]

    /// Reads and sanitises a file.
    ///
    /// Elements and attributes that are not known to be harmless are left out, and so are styles that lead elsewhere. A file that declares
    /// entities or defaults, or whose references would multiply its elements beyond the limit, is refused.
    /// - Parameters:
    ///   - keepsText: false leaves `text` out, for a place that has no fonts.
    ///   - isSized: true writes width and height into the root element as browsers understand them, in pixels: for a renderer that has its
    ///     own ideas of units and of what is left out.
    /// - Throws: `file_damaged` where it is no well-formed SVG or declares entities; `image_too_large`.
    package init(
        sanitizing bytes: UnsafeRawBufferPointer,
        limits: ImageLimits,
        keepsText: Bool = true,
        isSized: Bool = false
    ) throws(MediaError) {
        let sanitizer = SvgSanitizer(maximumElements: limits.maximumElements, keepsText: keepsText, isSized: isSized)
        try MarkupReader.read(bytes, sanitizer)
        try SvgElementCount.check(sanitizer.references, maximumElements: limits.maximumElements)
        guard sanitizer.hasRoot else {
            throw MediaError(.fileDamaged, "The file is XML, but its root element is not svg.")
        }
        self.bytes = sanitizer.output
    }
}
