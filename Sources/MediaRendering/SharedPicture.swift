import MediaCore
import Vips

/// A picture of which one rendition or several are made. What they have in common is done once, and held only while another one wants it:
///
/// - the source as the loader delivers it, for all sizes that want it at the same scale: it is decoded once;
/// - the finished pixels of one size, for all formats of it, which come one after the other.
///
/// Each rendition has the bytes that it would have alone. So nothing is made smaller from what was made smaller already, and a JPEG, which
/// shrinks in steps while it is decoded, is decoded once for each step that is wanted.
final class SharedPicture {
    private enum Origin {
        case file(PictureSource)
        /// Decoded already, a frame of a video of this type.
        case frame(Picture, MediaType)
    }

    private struct Wanted {
        var plan: RenditionPlan
        /// The recipe without what only the encoder goes by: equal for renditions that have the same pixels.
        var pixels: PictureRecipe
        /// How many times smaller the loader delivers the source for it.
        var shrink: Double

        var recipe: PictureRecipe { self.plan.recipe }
    }

    private let origin: Origin
    private let limits: ImageLimits
    /// In the order in which they are made; what is made leaves.
    private var wanted: [Wanted]
    private var loaded: (shrink: Double, picture: Picture)?
    private var finished: (pixels: PictureRecipe, picture: Picture)?

    /// - Parameter recipes: in the order in which ``renderNext(into:)`` makes them.
    /// - Throws: `file_damaged`, `processing_failed`.
    init(_ source: PictureSource, recipes: [PictureRecipe], limits: ImageLimits) throws(MediaError) {
        self.origin = .file(source)
        self.limits = limits
        let (header, hasAlpha): (PictureHeader, Bool)
        do {
            let opened = try Picture.open(source)
            (header, hasAlpha) = (opened.header, opened.hasAlpha)
        } catch {
            throw ImageRenderer.unreadable(source.type, cause: error)
        }
        self.wanted = recipes.map { recipe in
            let plan = RenditionPlan(recipe: recipe, header: header, type: source.type, limits: limits)
            let shrink = Picture.deliveredShrink(of: source.type, plan.shrinkOnLoad)
            return Wanted(plan: plan, pixels: recipe.pixels(hasAlpha: hasAlpha), shrink: shrink)
        }
    }

    /// - Parameter frame: its pixels are at hand.
    init(frame: Picture, size: PixelSize, type: MediaType, recipes: [PictureRecipe], limits: ImageLimits) {
        self.origin = .frame(frame, type)
        self.limits = limits
        self.wanted = recipes.map { recipe in
            let plan = RenditionPlan(recipe: recipe, source: size)
            return Wanted(plan: plan, pixels: recipe.pixels(hasAlpha: false), shrink: 1)
        }
    }

    /// Makes the next rendition; one that fails is passed by, too.
    /// - Returns: its size.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `not_renderable`, `processing_failed`, `storage_full`.
    func renderNext(into output: Int32) throws(MediaError) -> PixelSize {
        guard !self.wanted.isEmpty else { throw MediaError(.internalError, "All renditions were made.") }
        let next = self.wanted.removeFirst()
        try next.plan.check(self.limits)
        let picture: Picture
        do {
            picture = try self.pixels(of: next)
        } catch {
            throw ImageRenderer.unreadable(self.type, cause: error)
        }
        let failure: MediaError?
        do {
            failure = try ImageRenderer.encode(picture, to: output, next.recipe)
        } catch {
            throw self.meaning(of: error)
        }
        if let failure { throw failure }
        return next.plan.layout.canvas
    }

    private var type: MediaType {
        switch self.origin {
        case .file(let source): source.type
        case .frame(_, let type): type
        }
    }

    /// An encoder itself fails for want of memory only, as the size was checked; of a file it ran the decoder, too.
    private func meaning(of failure: VipsFailure) -> MediaError {
        switch self.origin {
        case .file(let source): ImageRenderer.unreadable(source.type, cause: failure)
        case .frame: MediaError(.processingFailed, "The rendition could not be encoded.", cause: failure)
        }
    }

    private func pixels(of next: Wanted) throws(VipsFailure) -> Picture {
        if let finished = self.finished, finished.pixels == next.pixels, next.plan.frames == 1 {
            return finished.picture
        }
        self.finished = nil
        if case .file(let source) = self.origin, next.plan.frames > 1 { return try next.plan.picture(from: source) }
        var picture = try next.plan.picture(from: try self.source(for: next))
        if self.wanted.first?.pixels == next.pixels, self.mayHold(picture) {
            picture = try picture.rendered()
            self.finished = (next.pixels, picture)
        }
        return picture
    }

    /// The source at the scale that is wanted of it: held where another size wants the same, else read by its only reader row by row.
    private func source(for next: Wanted) throws(VipsFailure) -> Picture {
        let file: PictureSource
        switch self.origin {
        case .file(let source): file = source
        case .frame(let picture, _): return picture
        }
        let isWantedAgain = self.wanted.contains { other in
            other.shrink == next.shrink && other.pixels != next.pixels && other.plan.frames == 1
        }
        if let loaded = self.loaded, loaded.shrink == next.shrink {
            if !isWantedAgain { self.loaded = nil }
            return loaded.picture
        }
        let opened = try Picture.open(file, shrink: next.shrink)
        guard isWantedAgain, self.mayHold(opened) else { return opened }
        self.loaded = nil
        let picture = try opened.rendered()
        self.loaded = (next.shrink, picture)
        return picture
    }

    private func mayHold(_ picture: Picture) -> Bool {
        picture.uncompressedSize <= self.limits.maximumHeldSize
    }
}

extension PictureRecipe {
    /// What of it decides the pixels, for a source with or without transparency.
    fileprivate func pixels(hasAlpha: Bool) -> PictureRecipe {
        PictureRecipe(
            width: self.width,
            height: self.height,
            fit: self.fit,
            crop: self.crop,
            background: hasAlpha || self.fit == .contain ? self.background : nil,
            blur: self.blur,
            // One that can do all of it.
            format: .webp,
            isStill: self.isStill,
            position: self.position
        )
    }
}
