import CLibvips
package import MediaCore

extension Picture {
    /// A picture of pixels that somebody else decoded; they are copied.
    /// - Parameters:
    ///   - rgb: rows from the top, `bands` bytes per pixel, as sRGB: `size.width * size.height * bands` of them.
    ///   - size: upright.
    ///   - bands: 3, or 4 with alpha.
    ///
    /// Source: https://www.libvips.org/API/8.14/VipsImage.html#vips-image-new-from-memory-copy
    package static func pixels(_ rgb: [UInt8], size: PixelSize, bands: Int = 3) throws(VipsFailure) -> Picture {
        guard size.width > 0, size.height > 0, rgb.count == size.pixels * bands else {
            throw VipsFailure(operation: "vips_image_new_from_memory_copy", text: "not as many bytes as pixels")
        }
        let made = rgb.withUnsafeBytes { bytes in
            vips_image_new_from_memory_copy(
                bytes.baseAddress,
                bytes.count,
                Int32(clamping: size.width),
                Int32(clamping: size.height),
                Int32(clamping: bands),
                VIPS_FORMAT_UCHAR
            )
        }
        guard let made else { throw VipsFailure.take(from: "vips_image_new_from_memory_copy") }
        // It is of no known interpretation until it is said.
        return try Picture(owning: made, source: nil).applying("vips_copy") {
            shim_vips_copy_as($0, &$1, VIPS_INTERPRETATION_sRGB)
        }
    }

    /// The pixels upright and in sRGB: 4 bytes each, red, green, blue, alpha, not premultiplied, row by row.
    func rgba() throws(VipsFailure) -> (size: PixelSize, rgba: [UInt8]) {
        let shown = try self.thumbnail(self.header.upright).inSRGB()
        let opaque = try shown.hasAlpha ? shown : shown.applying("vips_addalpha") { shim_vips_addalpha($0, &$1) }
        let whole = try opaque.rendered()
        var length = 0
        guard whole.bands == 4, vips_image_get_format(whole.pointer) == VIPS_FORMAT_UCHAR,
            let memory = vips_image_write_to_memory(whole.pointer, &length)
        else {
            throw VipsFailure.take(from: "vips_image_write_to_memory")
        }
        defer { shim_free(memory) }
        let bytes = [UInt8](UnsafeRawBufferPointer(start: memory, count: length))
        return (PixelSize(width: whole.width, height: whole.height), bytes)
    }
}
