import CLibvips
import IsoMedia
import MediaCore

extension Picture {
    /// Gives the picture a profile where the file says in other words what its colours mean: code points in HEIF and AVIF, `cICP` and
    /// `gAMA` in PNG.
    func takeDeclaredColours(of source: PictureSource) {
        let hasProfile = vips_image_get_typeof(self.pointer, VIPS_META_ICC_NAME) != 0
        let space: ColourSpace?
        switch source.type {
        case .heic, .heif, .avif: space = hasProfile ? nil : source.heif?.colour.flatMap(ColourSpace.init)
        case .png:
            guard let said = PngColours.read(source.bytes), said.isForemost || !hasProfile else { return }
            space = said.space
            // Where the code points mean sRGB, no profile is right and another one wrong.
            if said.isForemost { vips_image_remove(self.pointer, VIPS_META_ICC_NAME) }
        default: space = nil
        }
        guard let space, let profile = ColourProfile.of(space, isGrey: self.colourChannels == 1) else { return }
        vips_image_set_blob_copy(self.pointer, VIPS_META_ICC_NAME, profile, profile.count)
    }

    /// Whether a profile speaks of the colours that the picture has (ICC.1:2010 section 7.2.6: bytes 16 to 19 of its header).
    ///
    /// libvips before 8.14.2 does not compare them.
    func isOfSpace(_ profile: UnsafeRawBufferPointer) -> Bool {
        guard profile.count >= 128 else { return false }
        let space = profile[16..<20]
        if vips_image_get_interpretation(self.pointer) == VIPS_INTERPRETATION_CMYK {
            return space.elementsEqual("CMYK".utf8)
        }
        switch self.colourChannels {
        case 1: return space.elementsEqual("GRAY".utf8)
        case 3: return space.elementsEqual("RGB ".utf8)
        default: return false
        }
    }

    private var colourChannels: Int { self.bands - (self.hasAlpha ? 1 : 0) }
}
