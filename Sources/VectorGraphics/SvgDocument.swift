package import MediaCore

/// An SVG file as nothing but a picture: drawn shapes, no scripts, no references to elsewhere, no more shapes than the limits allow.
///
/// Source: https://www.w3.org/TR/SVG2/
package struct SvgDocument: Sendable {
    /// UTF-8, with the SVG namespace as default namespace. Sanitising it again yields the same bytes.
    package let bytes: [UInt8]
    /// In CSS pixels, rounded up: what `width` and `height` say, else the `viewBox`, else what browsers take.
    package let size: PixelSize

    /// Reads and sanitises a file.
    ///
    /// Elements and attributes that are not known to be harmless are left out, and so are styles that lead elsewhere. A file that declares
    /// entities, or whose references would multiply its elements beyond the limit, is refused.
    /// - Throws: `file_damaged` where it is no well-formed SVG or declares entities; `image_too_large`.
    package init(sanitizing bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(MediaError) {
        let sanitizer = SvgSanitizer(maximumElements: limits.maximumElements)
        try MarkupReader.read(bytes, sanitizer)
        try sanitizer.references.check(maximumElements: limits.maximumElements)
        guard let size = sanitizer.size else {
            throw MediaError(.fileDamaged, "The file is XML, but its root element is not svg.")
        }
        guard size.pixels <= limits.maximumPixels else {
            throw MediaError(
                .imageTooLarge,
                "The picture has \(size.width) x \(size.height) pixels; at most \(limits.maximumPixels) are allowed."
            )
        }
        self.bytes = sanitizer.output
        self.size = size
    }
}
