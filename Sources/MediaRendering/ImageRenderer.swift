package import MediaCore
import Vips

/// Makes one picture from another: decode, turn upright, convert to sRGB, shrink, crop, strip, encode.
package enum ImageRenderer {
    /// Loads what the image library needs, so that later calls open no file. Once per process, before a sandbox closes.
    /// - Throws: `internal_error`.
    package static func start() throws(MediaError) {
        try VipsRuntime.start()
    }

    /// Renders the picture in `source` into the empty file `output`.
    ///
    /// The result has exactly the size that the recipe gives for the upright source; no metadata; transparency kept where the format
    /// has it and the recipe names no background.
    /// - Parameters:
    ///   - source: a regular file open for reading; its offset is neither used nor moved.
    ///   - output: an empty file open for writing; written from its beginning, its offset is not moved.
    /// - Returns: the size of the rendition.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `not_renderable`, `processing_failed`, `storage_full`.
    package static func render(
        source: Int32,
        type: MediaType,
        output: Int32,
        recipe: PictureRecipe,
        limits: ImageLimits
    ) throws(MediaError) -> PixelSize {
        try Self.start()
        guard type.isRenderable else {
            throw MediaError(.notRenderable, "A file of type \(type) has no renditions.")
        }
        let mapped: PictureSource
        do {
            mapped = try PictureSource(descriptor: source, type: type)
        } catch {
            throw Self.unreadable(type, cause: error)
        }
        do throws(MediaError) {
            return try Self.render(try mapped.sanitized(limits), output: output, recipe: recipe, limits: limits)
        } catch {
            guard error.code == .fileDamaged else { throw error }
            if let variant = PictureVariant.of(mapped) {
                throw MediaError(.notRenderable, "No picture can be made of a \(variant.name).", cause: error.cause)
            }
            if let failure = error.cause as? VipsFailure, let other = failure.limitation(of: mapped) { throw other }
            throw error
        }
    }

    /// The same of bytes that are at hand already.
    static func render(
        _ source: PictureSource,
        output: Int32,
        recipe: PictureRecipe,
        limits: ImageLimits
    ) throws(MediaError) -> PixelSize {
        let plan: RenditionPlan
        do {
            let header = try Picture.open(source).header
            plan = RenditionPlan(recipe: recipe, header: header, type: source.type, limits: limits)
        } catch {
            throw Self.unreadable(source.type, cause: error)
        }
        try plan.check(limits)

        let picture: Picture
        do {
            picture = try plan.picture(from: source)
        } catch {
            throw Self.unreadable(source.type, cause: error)
        }
        let failure: MediaError?
        do {
            failure = try Self.encode(picture, to: output, format: recipe.format, quality: recipe.quality)
        } catch {
            // The encoder ran the decoder. Itself it fails for want of memory only: the size was checked.
            throw Self.unreadable(source.type, cause: error)
        }
        if let failure { throw failure }
        return plan.layout.canvas
    }

    /// Encodes a picture whose pixels are at hand.
    static func write(
        _ picture: Picture,
        to output: Int32,
        format: RenditionFormat,
        quality: Int
    ) throws(MediaError) {
        let failure: MediaError?
        do {
            failure = try Self.encode(picture, to: output, format: format, quality: quality)
        } catch {
            throw MediaError(.processingFailed, "The rendition could not be encoded.", cause: error)
        }
        if let failure { throw failure }
    }

    /// - Returns: why the bytes could not be written.
    private static func encode(
        _ picture: Picture,
        to output: Int32,
        format: RenditionFormat,
        quality: Int
    ) throws(VipsFailure) -> MediaError? {
        try picture.encode(as: format, quality: quality) { bytes in OutputFile(descriptor: output).write(bytes) }
    }

    /// What a failure in the source means for the requester.
    static func unreadable(_ type: MediaType, cause: VipsFailure) -> MediaError {
        guard !cause.isShortageOfMemory else {
            return MediaError(.processingFailed, "The picture needs more memory than a worker has.", cause: cause)
        }
        return MediaError(.fileDamaged, "The \(type) file is damaged: it cannot be decoded.", cause: cause)
    }
}
