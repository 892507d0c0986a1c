import MediaCore
import Vips

/// The numbers of one rendition: what comes out, and on which way.
struct RenditionPlan: Hashable {
    /// The upright source.
    var source: PixelSize
    /// What comes out.
    var size: PixelSize
    /// The whole picture, shrunk so far that `size` can be cut out of it; equal to `size` when nothing is cut.
    var scaled: PixelSize

    init(preset: Preset, source: PixelSize) {
        self.source = source
        self.size = preset.size(of: source)
        switch preset.shape {
        case .width: self.scaled = self.size
        case .square: self.scaled = Self.covering(self.size, source: source)
        }
    }

    /// How much smaller the loader may deliver the picture. Half of the way is left to the resampler: the loaders' own
    /// shrinking is rough, and a factor of two below it hides that.
    var shrinkOnLoad: Double {
        let factor = min(
            Double(self.source.width) / Double(self.scaled.width),
            Double(self.source.height) / Double(self.scaled.height)
        )
        return max(1, factor / 2)
    }

    /// Refuses, on the header's word, what must not be decoded or cannot be encoded.
    ///
    /// Only the first frame is decoded, so only its pixels count.
    /// - Throws: `image_too_large`, `not_renderable`.
    func check(format: RenditionFormat, limits: ImageLimits) throws(MediaError) {
        guard self.source.pixels <= limits.maximumPixels else {
            throw MediaError(
                .imageTooLarge,
                "The picture has \(self.source.width) x \(self.source.height) pixels; at most \(limits.maximumPixels)"
                    + " are decoded."
            )
        }
        let longest = Picture.maximumSide(of: format)
        guard max(self.size.width, self.size.height) <= longest else {
            throw MediaError(
                .notRenderable,
                "A rendition of \(self.size.width) x \(self.size.height) pixels does not fit \(format.type), whose sides end"
                    + " at \(longest) pixels."
            )
        }
    }

    /// Decodes, shrinks and crops; all pixels are in memory afterwards.
    /// - Parameter opaque: puts transparent parts on white.
    func picture(from source: PictureSource, opaque: Bool) throws(VipsFailure) -> Picture {
        let whole = try Picture.open(source, shrink: self.shrinkOnLoad).thumbnail(self.scaled).inSRGB()
        let upright = try opaque ? whole.flattenedOnWhite() : whole
        return try upright.rendered().croppedToAttention(self.size).withoutMetadata()
    }

    /// The smallest size with the source's shape that holds a square.
    private static func covering(_ square: PixelSize, source: PixelSize) -> PixelSize {
        let shorter = Double(min(source.width, source.height))
        let scale = Double(square.width) / shorter
        return PixelSize(
            width: max(square.width, Int((Double(source.width) * scale).rounded())),
            height: max(square.height, Int((Double(source.height) * scale).rounded()))
        )
    }
}
