import CLibvips
package import MediaCore

extension Picture {
    /// Encodes the picture and hands the bytes to `body`.
    ///
    /// - AVIF: AV1 by libaom, 8 bits, chroma at half resolution.
    /// - WebP: lossy; an animation when the picture comes from ``PictureAnimation``, with less effort for each frame.
    /// - JPEG: progressive, optimised tables, chroma at half resolution.
    /// - PNG: a palette of 256 colours, dithered; at quality 100 every colour.
    ///
    /// - Parameter quality: 1...100, on the scale of JPEG and WebP.
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
        let quality = min(100, max(1, quality))
        switch format {
        case .avif:
            let scaled = PictureEncoding.avifQuality(quality)
            status = shim_vips_avifsave(self.pointer, &buffer, &length, scaled, PictureEncoding.avifEffort)
        case .webp:
            let effort = self.isAnimation ? PictureEncoding.animationEffort : PictureEncoding.webPEffort
            status = shim_vips_webpsave(self.pointer, &buffer, &length, Int32(quality), effort)
        case .jpeg:
            status = shim_vips_jpegsave(self.pointer, &buffer, &length, Int32(quality))
        case .png where quality == 100:
            status = shim_vips_pngsave(self.pointer, &buffer, &length)
        case .png:
            let effort = PictureEncoding.paletteEffort
            status = shim_vips_pngsave_palette(self.pointer, &buffer, &length, Int32(quality), effort)
        }
        guard status == 0, let buffer else { throw VipsFailure.take(from: "vips_\(format.rawValue)save_buffer") }
        defer { shim_free(buffer) }
        let encoded = UnsafeRawBufferPointer(start: buffer, count: length)
        guard format == .webp else { return body(encoded) }
        let isTransparent = vips_image_get_typeof(self.pointer, PictureAnimation.transparency) != 0
        guard let stripped = WebPChunks.stripped(encoded, isTransparent: isTransparent) else {
            throw VipsFailure(operation: "vips_webpsave_buffer", text: "no WebP came out")
        }
        return stripped.withUnsafeBytes { body($0) }
    }
}

/// The encoders at hand, and how hard they work, chosen by measurement: see Benchmarks/README.md.
package enum PictureEncoding {
    /// 0...9, where 9 is the slowest.
    static let avifEffort: Int32 = 3
    /// 0...6: how long WebP searches for a smaller file.
    static let webPEffort: Int32 = 4
    /// The same for the frames of an animation, of which there are many.
    static let animationEffort: Int32 = 2
    /// 1...10: how long libimagequant searches for a palette.
    static let paletteEffort: Int32 = 4

    /// The AVIF quality that looks like a JPEG or WebP of `quality`: AV1's scale is another one, where 60 is what 80 is there.
    static func avifQuality(_ quality: Int) -> Int32 {
        quality == 100 ? 100 : Int32(max(1, quality * 3 / 4))
    }

    /// The formats that libvips, or a library that it leaves the encoding to, cannot write here. After ``VipsRuntime/start()``.
    ///
    /// AVIF hangs on a plugin of libheif's, which some distributions only recommend and libvips misses when it saves. Nothing is encoded
    /// to find out: that would start threads in front of a sandbox.
    package static var unwritableFormats: [RenditionFormat] {
        RenditionFormat.allCases.filter { format in
            switch format {
            case .avif: shim_has_saver("heifsave_buffer") == 0 || shim_has_aom_encoder() == 0
            case .webp: shim_has_saver("webpsave_buffer") == 0
            case .jpeg: shim_has_saver("jpegsave_buffer") == 0
            case .png: shim_has_saver("pngsave_buffer") == 0
            }
        }
    }
}
