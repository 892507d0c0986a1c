import MediaCore
import Vips

/// The numbers of one rendition: what comes out, and on which way.
struct RenditionPlan: Hashable {
    var recipe: PictureRecipe
    /// The upright source.
    var source: PixelSize
    var layout: PictureLayout

    init(recipe: PictureRecipe, source: PixelSize) {
        self.recipe = recipe
        self.source = source
        self.layout = recipe.layout(of: source)
    }

    /// How much smaller the loader may deliver the picture. Half of the way is left to the resampler: the loaders' own
    /// shrinking is rough, and a factor of two below it hides that.
    var shrinkOnLoad: Double {
        let factor = min(
            Double(self.source.width) / Double(self.layout.scaled.width),
            Double(self.source.height) / Double(self.layout.scaled.height)
        )
        return max(1, factor / 2)
    }

    /// Refuses, on the header's word, what must not be decoded or cannot be encoded.
    ///
    /// Only the first frame is decoded, so only its pixels count.
    /// - Throws: `image_too_large`, `not_renderable`.
    func check(_ limits: ImageLimits) throws(MediaError) {
        guard self.source.pixels <= limits.maximumPixels else {
            throw MediaError(
                .imageTooLarge,
                "The picture has \(self.source.width) x \(self.source.height) pixels; at most \(limits.maximumPixels)"
                    + " are decoded."
            )
        }
        let (format, size) = (self.recipe.format, self.layout.canvas)
        let longest = Picture.maximumSide(of: format)
        guard max(size.width, size.height) <= longest else {
            throw MediaError(
                .notRenderable,
                "A rendition of \(size.width) x \(size.height) pixels does not fit \(format.type), whose sides end"
                    + " at \(longest) pixels."
            )
        }
    }

    /// Decodes, shrinks and crops; all pixels are in memory afterwards.
    func picture(from source: PictureSource) throws(VipsFailure) -> Picture {
        try self.picture(from: try Picture.open(source, shrink: self.shrinkOnLoad))
    }

    /// Shrinks and crops what is being decoded, or is decoded already.
    func picture(from source: Picture) throws(VipsFailure) -> Picture {
        try self.finished(try source.thumbnail(self.layout.scaled).inSRGB()).withoutMetadata()
    }

    /// Background, crop, blur and bars on the shrunk picture.
    private func finished(_ whole: Picture) throws(VipsFailure) -> Picture {
        var picture = whole
        if let background = self.recipe.background { picture = try picture.flattened(on: background) }
        picture = try picture.rendered()
        if self.recipe.fit == .cover { picture = try picture.cropped(to: self.layout.canvas, self.recipe.crop) }
        // After the crop: a blurred placeholder must show the part that its sharp sibling shows.
        if let sigma = self.recipe.blur { picture = try picture.blurred(sigma: sigma) }
        return try picture.centred(on: self.layout.canvas, background: self.recipe.background)
    }
}
