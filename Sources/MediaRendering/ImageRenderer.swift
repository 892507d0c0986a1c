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
        let mapped = try Self.open(source, type)
        do throws(MediaError) {
            let picture = try SharedPicture(try mapped.sanitized(limits), recipes: [recipe], limits: limits)
            return try picture.renderNext(into: output)
        } catch {
            throw Self.explained(error, by: mapped)
        }
    }

    /// The bytes in a descriptor.
    /// - Throws: `file_damaged`, `not_renderable`, `processing_failed`.
    static func open(_ source: Int32, _ type: MediaType) throws(MediaError) -> PictureSource {
        guard type.isRenderable else {
            throw MediaError(.notRenderable, "A file of type \(type) has no renditions.")
        }
        do {
            return try PictureSource(descriptor: source, type: type)
        } catch {
            throw Self.unreadable(type, cause: error)
        }
    }

    /// An error with what the file says of itself: what no decoder here knows is not damaged.
    static func explained(_ error: MediaError, by source: PictureSource) -> MediaError {
        guard error.code == .fileDamaged else { return error }
        if let variant = PictureVariant.of(source) {
            return MediaError(.notRenderable, "No picture can be made of a \(variant.name).", cause: error.cause)
        }
        return (error.cause as? VipsFailure)?.limitation(of: source) ?? error
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
            failure = try picture.encode(as: format, quality: quality) { OutputFile(descriptor: output).write($0) }
        } catch {
            throw MediaError(.processingFailed, "The rendition could not be encoded.", cause: error)
        }
        if let failure { throw failure }
    }

    /// - Returns: why the bytes could not be written.
    static func encode(
        _ picture: Picture,
        to output: Int32,
        _ recipe: PictureRecipe
    ) throws(VipsFailure) -> MediaError? {
        try picture.encode(as: recipe.format, quality: recipe.quality) { OutputFile(descriptor: output).write($0) }
    }

    /// What a failure in the source means for the requester.
    static func unreadable(_ type: MediaType, cause: VipsFailure) -> MediaError {
        guard !cause.isShortageOfMemory else {
            return MediaError(.processingFailed, "The picture needs more memory than a worker has.", cause: cause)
        }
        return MediaError(.fileDamaged, "The \(type) file is damaged: it cannot be decoded.", cause: cause)
    }
}
