import CLibvips
package import MediaCore

extension Picture {
    /// A picture of pixels that somebody else decoded; they are copied.
    /// - Parameters:
    ///   - rgb: rows from the top, three bytes per pixel, as sRGB: `size.width * size.height * 3` of them.
    ///   - size: upright.
    ///
    /// Source: https://www.libvips.org/API/8.14/VipsImage.html#vips-image-new-from-memory-copy
    package static func pixels(_ rgb: [UInt8], size: PixelSize) throws(VipsFailure) -> Picture {
        guard size.width > 0, size.height > 0, rgb.count == size.pixels * 3 else {
            throw VipsFailure(operation: "vips_image_new_from_memory_copy", text: "not as many bytes as pixels")
        }
        let made = rgb.withUnsafeBytes { bytes in
            vips_image_new_from_memory_copy(
                bytes.baseAddress,
                bytes.count,
                Int32(clamping: size.width),
                Int32(clamping: size.height),
                3,
                VIPS_FORMAT_UCHAR
            )
        }
        guard let made else { throw VipsFailure.take(from: "vips_image_new_from_memory_copy") }
        // It is of no known interpretation until it is said.
        return try Picture(owning: made, source: nil).applying("vips_copy") { shim_vips_copy_as_srgb($0, &$1) }
    }
}
