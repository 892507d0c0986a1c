import CLibvips
import Glibc
package import MediaCore

extension Picture {
    /// The picture at exactly `size`, upright and in sRGB, still as a recipe.
    ///
    /// The colour profile in the file is honoured, CMYK without one is taken for the usual press profile, and a profile that
    /// does not fit the pixels is ignored.
    ///
    /// Source: https://www.libvips.org/API/8.14/libvips-resample.html#vips-thumbnail-image
    package func thumbnail(_ size: PixelSize) throws(VipsFailure) -> Picture {
        var trusted = try self.withoutUnusableProfile()
        if vips_image_get_interpretation(trusted.pointer) == VIPS_INTERPRETATION_CMYK {
            trusted = try trusted.applying("vips_icc_transform") { shim_vips_cmyk_to_srgb($0, &$1) }
        }
        guard vips_image_get_typeof(trusted.pointer, VIPS_META_ICC_NAME) != 0 else {
            return try trusted.resized(to: size)
        }
        return try trusted.applying("vips_thumbnail_image") {
            shim_vips_thumbnail_image($0, &$1, Int32(clamping: size.width), Int32(clamping: size.height))
        }
    }

    /// The picture at exactly `size`, larger or smaller, in the colours that it has.
    func resized(to size: PixelSize) throws(VipsFailure) -> Picture {
        try self.applying("vips_thumbnail_image") {
            shim_vips_thumbnail_image_plain($0, &$1, Int32(clamping: size.width), Int32(clamping: size.height))
        }
    }

    /// Eight bits per band in sRGB: three bands, or four with alpha.
    package func inSRGB() throws(VipsFailure) -> Picture {
        try self.applying("vips_colourspace") { shim_vips_srgb($0, &$1) }
    }

    /// Runs the recipe: decodes and computes all pixels into memory.
    /// - Throws: ``VipsFailure`` when the source turns out to be broken or cut off.
    package func rendered() throws(VipsFailure) -> Picture {
        guard let out = vips_image_copy_memory(self.pointer) else { throw VipsFailure.take(from: "decode") }
        return Picture(owning: out, source: nil)
    }

    /// Runs the recipe row by row and forgets the pixels: proves that all of it can be decoded.
    package func decodeAndDiscard() throws(VipsFailure) {
        var average = 0.0
        guard shim_vips_avg(self.pointer, &average) == 0 else { throw VipsFailure.take(from: "decode") }
    }

    /// The pixels and nothing else.
    ///
    /// Every field that came with the file goes: EXIF with its position and serial numbers, XMP, IPTC, comments, the colour
    /// profile (the pixels are sRGB by now, which is what no profile means), and the animation's page height. Saying `strip` to
    /// the saver is not enough, libvips 8.14 ignores it for WebP; removing `exif-data` is not enough either, it is rebuilt from
    /// the `exif-ifd...` fields.
    package func withoutMetadata() throws(VipsFailure) -> Picture {
        let bare = try self.applying("vips_copy") { shim_vips_copy($0, &$1) }
        guard let names = vips_image_get_fields(bare.pointer) else { return bare }
        defer { g_strfreev(names) }
        var index = 0
        while let name = names[index] {
            index += 1
            // libvips' own note that rows come in order; whoever reads them goes by it.
            if strcmp(name, VIPS_META_SEQUENTIAL) == 0 { continue }
            // Width, height and the like are no metadata in this sense: libvips lets nobody remove them.
            vips_image_remove(bare.pointer, name)
        }
        return bare
    }

    /// Drops a profile that libvips would fail on, or that speaks of other colours than the picture has, so that the picture is read as plain
    /// RGB, grey or CMYK, as browsers do.
    private func withoutUnusableProfile() throws(VipsFailure) -> Picture {
        let field = VIPS_META_ICC_NAME
        guard vips_image_get_typeof(self.pointer, field) != 0 else { return self }
        var data: UnsafeRawPointer?
        var length = 0
        if vips_image_get_blob(self.pointer, field, &data, &length) == 0,
            self.isOfSpace(UnsafeRawBufferPointer(start: data, count: length)),
            vips_icc_is_compatible_profile(self.pointer, data, length) != 0
        {
            return self
        }
        vips_error_clear()
        let copy = try self.applying("vips_copy") { shim_vips_copy($0, &$1) }
        vips_image_remove(copy.pointer, field)
        return copy
    }
}
