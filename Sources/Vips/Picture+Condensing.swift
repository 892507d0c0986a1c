import CLibvips
package import MediaCore

/// A small version of a picture that all of its pixels have gone into.
package struct CondensedPicture {
    /// In memory; not upright, and in the colours of the file.
    let picture: Picture
    /// Rows and columns of the source in one of these.
    let factor: Int
    let sourceHeight: Int
}

extension Picture {
    /// Decodes the picture and shrinks it on the way, by a whole number, until no side is longer than `side` pixels.
    ///
    /// Every row is asked for, also those of an incomplete last block: it proves that all of it can be decoded, as
    /// ``decodeAndDiscard()`` does.
    /// - Throws: ``VipsFailure`` when the source turns out to be broken or cut off.
    ///
    /// Source: https://www.libvips.org/API/8.14/libvips-resample.html#vips-shrink
    package func condensed(toSide side: Int) throws(VipsFailure) -> CondensedPicture {
        let factor = (max(self.width, self.height) + side - 1) / side
        let small = try self.hasAlpha ? self.shrunkWithAlpha(factor) : self.shrunk(factor)
        return CondensedPicture(picture: try small.rendered(), factor: factor, sourceHeight: self.height)
    }

    private func shrunk(_ factor: Int) throws(VipsFailure) -> Picture {
        guard factor > 1 else { return self }
        return try self.applying("vips_shrink") { shim_vips_shrink($0, &$1, Double(factor)) }
    }

    /// What cannot be seen must not colour what can.
    private func shrunkWithAlpha(_ factor: Int) throws(VipsFailure) -> Picture {
        guard factor > 1 else { return self }
        let format = vips_image_get_format(self.pointer)
        return try self.applying("vips_premultiply") { shim_vips_premultiply($0, &$1) }
            .shrunk(factor)
            .applying("vips_unpremultiply") { shim_vips_unpremultiply($0, &$1) }
            .applying("vips_cast") { shim_vips_cast($0, &$1, format) }
    }

    /// What the numbers of the pixels mean, by the header.
    package var colorModel: ColorModel {
        switch vips_image_get_interpretation(self.pointer) {
        case VIPS_INTERPRETATION_sRGB, VIPS_INTERPRETATION_RGB, VIPS_INTERPRETATION_RGB16, VIPS_INTERPRETATION_scRGB:
            .rgb
        case VIPS_INTERPRETATION_B_W, VIPS_INTERPRETATION_GREY16: .grey
        case VIPS_INTERPRETATION_CMYK: .cmyk
        default: .other
        }
    }
}

extension CondensedPicture {
    /// The pixels upright and in sRGB: 4 bytes each, red, green, blue, alpha, not premultiplied, row by row.
    package func pixels() throws(VipsFailure) -> (size: PixelSize, rgba: [UInt8]) {
        try self.picture.rgba()
    }

    /// False where the last rows of the source cannot be what ``Picture/endsInConcealment()`` looks for: averages of grey are
    /// grey.
    package func mayEndInConcealment() throws(VipsFailure) -> Bool {
        let rows = Picture.footRows(ofHeight: self.sourceHeight) / self.factor - 1
        guard rows >= 1 else { return true }
        return try self.picture.isConcealment(lastRows: rows)
    }
}
