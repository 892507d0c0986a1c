import MediaCore
import Vips

/// The numbers of one rendition: what comes out, and on which way.
struct RenditionPlan: Hashable {
    var recipe: PictureRecipe
    /// The upright source.
    var source: PixelSize
    var layout: PictureLayout
    /// Frames to render; 1 for a still picture.
    var frames: Int

    /// For a picture that does not move.
    init(recipe: PictureRecipe, source: PixelSize) {
        self.recipe = recipe
        self.source = source
        self.layout = recipe.layout(of: source)
        self.frames = 1
    }

    /// - Parameter limits: what an animation must keep to; one that does not is shown by its first frame.
    init(recipe: PictureRecipe, header: PictureHeader, type: MediaType, limits: ImageLimits) {
        self.init(recipe: recipe, source: header.upright)
        guard !recipe.isStill, type.isAnimatable, header.frames <= limits.maximumFrames,
            header.upright.pixels(times: header.frames) <= limits.maximumPixels,
            self.layout.canvas.pixels(times: header.frames) <= limits.maximumAnimationPixels
        else { return }
        self.frames = header.frames
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
    /// One frame is always decoded; more only where ``frames`` says so.
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
        let longest = format.maximumSide
        guard max(size.width, size.height) <= longest else {
            throw MediaError(
                .notRenderable,
                "A rendition of \(size.width) x \(size.height) pixels does not fit \(format.type), whose sides end"
                    + " at \(longest) pixels."
            )
        }
    }

    /// Decodes, shrinks and crops. A still picture may come as a recipe, which the encoder runs: a source that is broken shows then.
    func picture(from source: PictureSource) throws(VipsFailure) -> Picture {
        guard self.frames > 1 else {
            return try self.picture(from: try Picture.open(source, shrink: self.shrinkOnLoad))
        }
        // The first frame decides what all show: a crop that follows each frame's eye would tremble.
        var window: PictureWindow?
        return try PictureAnimation(source).map { frame throws(VipsFailure) in
            let shrunk = try self.shrunk(frame).rendered()
            if let window { return try self.framed(shrunk, by: window).rendered() }
            let chosen = try self.window(in: shrunk)
            window = chosen
            return try self.framed(shrunk, by: chosen).rendered()
        }
    }

    /// Shrinks and crops one picture that is being decoded, or is decoded already.
    func picture(from source: Picture) throws(VipsFailure) -> Picture {
        let shrunk = try self.looksTwice ? self.shrunk(source).rendered() : self.shrunk(source)
        return try self.framed(shrunk, by: try self.window(in: shrunk))
    }

    /// Whether the scaled picture is read more than once, or out of order, which a source that is being decoded cannot do. In memory it
    /// costs a little more.
    private var looksTwice: Bool {
        guard self.recipe.blur == nil else { return true }
        guard self.recipe.fit == .cover else { return false }
        switch self.recipe.crop {
        case .attention, .entropy: return true
        case .centre, .focalPoint: return false
        }
    }

    /// The whole picture at its final scale.
    private func shrunk(_ original: Picture) throws(VipsFailure) -> Picture {
        let shrunk = try original.thumbnail(self.layout.scaled).inSRGB()
        guard let background = self.recipe.background else { return shrunk }
        return try shrunk.flattened(on: background)
    }

    private func window(in shrunk: Picture) throws(VipsFailure) -> PictureWindow {
        guard self.recipe.fit == .cover else { return PictureWindow(left: 0, top: 0, size: self.layout.scaled) }
        return try shrunk.window(of: self.layout.canvas, self.recipe.crop)
    }

    /// Crop, blur and bars.
    private func framed(_ shrunk: Picture, by window: PictureWindow) throws(VipsFailure) -> Picture {
        var picture = try shrunk.cropped(to: window)
        // After the crop: a blurred placeholder must show the part that its sharp sibling shows.
        if let sigma = self.recipe.blur { picture = try picture.blurred(sigma: sigma) }
        picture = try picture.centred(on: self.layout.canvas, background: self.recipe.background)
        return try picture.withoutMetadata()
    }
}

extension PixelSize {
    /// Never overflows.
    fileprivate func pixels(times frames: Int) -> Int {
        let (product, overflow) = self.pixels.multipliedReportingOverflow(by: frames)
        return overflow ? .max : product
    }
}
