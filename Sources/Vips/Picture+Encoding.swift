import CLibvips
package import MediaCore

extension Picture {
    /// Encodes the picture and hands the bytes to `body`.
    ///
    /// - JPEG: progressive, optimised tables, chroma at half resolution.
    /// - WebP: lossy, with ``webpEffort``.
    ///
    /// - Parameter quality: 1...100.
    /// - Throws: ``VipsFailure``; what `body` throws is returned in its result.
    ///
    /// Source: https://www.libvips.org/API/8.14/VipsForeignSave.html#vips-webpsave-buffer
    package func encode<Value>(
        as format: RenditionFormat,
        quality: Int,
        _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(VipsFailure) -> Value {
        var buffer: UnsafeMutableRawPointer?
        var length = 0
        let status: Int32
        let quality = Int32(min(100, max(1, quality)))
        switch format {
        case .webp: status = shim_vips_webpsave(self.pointer, &buffer, &length, quality, Self.webpEffort)
        case .jpeg: status = shim_vips_jpegsave(self.pointer, &buffer, &length, quality)
        }
        guard status == 0, let buffer else { throw VipsFailure.take(from: "vips_\(format.rawValue)save_buffer") }
        defer { shim_free(buffer) }
        let encoded = UnsafeRawBufferPointer(start: buffer, count: length)
        guard format == .webp else { return body(encoded) }
        guard let stripped = WebPChunks.stripped(encoded) else {
            throw VipsFailure(operation: "vips_webpsave_buffer", text: "no WebP came out")
        }
        return stripped.withUnsafeBytes { body($0) }
    }

    /// 0...6: how long WebP searches for a smaller file.
    private static let webpEffort: Int32 = 4

    /// The longest side that a format can express, in pixels (WebP: VP8 frame header, RFC 6386 section 9.1; JPEG: libjpeg's
    /// `JPEG_MAX_DIMENSION`).
    package static func maximumSide(of format: RenditionFormat) -> Int {
        switch format {
        case .webp: 16383
        case .jpeg: 65500
        }
    }
}
