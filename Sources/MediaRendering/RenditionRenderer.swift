package import MediaCore
import Vips

/// Makes what a recipe says of the bytes in a descriptor.
///
/// Synchronous and single-threaded: meant for a sandboxed worker process. It gets descriptors only and opens no path.
package enum RenditionRenderer {
    /// Reserves memory for code that libvips' inner loops are compiled into; without, they are not. Before ``start()``, before other
    /// threads exist, and before a sandbox closes.
    package static func reserveCodeMemory() { CodeMemory.reserve() }

    /// Loads what the libraries need, so that later calls open no file. Once per process, before a sandbox closes.
    /// - Throws: `internal_error`.
    package static func start() throws(MediaError) {
        try ImageRenderer.start()
        try VideoRenderer.start()
    }

    /// The formats that the libraries at hand cannot write. After ``start()``.
    package static var unwritableFormats: [RenditionFormat] { PictureEncoding.unwritableFormats }

    /// Makes several renditions of one source, which is decoded as seldom as their bytes allow.
    /// - Parameters:
    ///   - outputs: one for each of the batch.
    ///   - each: told of each, in the order of the batch, what became of it; ends the batch by false.
    package static func render(
        source: Int32,
        outputs: [Int32],
        batch: RenditionBatch,
        each: (Result<RenditionFacts, MediaError>) -> Bool
    ) {
        let renderer = BatchRenderer(source: source, batch: batch)
        for output in outputs {
            let result: Result<RenditionFacts, MediaError>
            do throws(MediaError) {
                result = .success(try renderer.renderNext(into: output))
            } catch {
                result = .failure(error)
            }
            guard each(result) else { return }
        }
    }

    /// - Parameters:
    ///   - source: a regular file open for reading; its offset is neither used nor moved.
    ///   - output: an empty file open for writing; written from its beginning, its offset is not moved.
    /// - Throws: ``MediaError`` `encrypted`, `file_damaged`, `image_too_large`, `not_renderable`, `processing_failed`,
    ///   `storage_full`.
    package static func render(
        source: Int32,
        output: Int32,
        request: RenditionRequest
    ) throws(MediaError) -> RenditionFacts {
        VipsRuntime.forgetPastErrors()
        switch request.recipe {
        case .picture(let recipe):
            let type = request.sourceType
            let size =
                type.isDecodableVideo || type.isMusic
                ? try VideoRenderer.picture(
                    source: source,
                    type: type,
                    position: recipe.position,
                    recipes: [recipe],
                    limits: request.limits
                ).renderNext(into: output)
                : try ImageRenderer.render(
                    source: source,
                    type: type,
                    output: output,
                    recipe: recipe,
                    limits: request.limits
                )
            return RenditionFacts(dimensions: size)
        case .storyboard(let sheet):
            let size = try StoryboardRenderer.render(
                source: source,
                type: request.sourceType,
                output: output,
                sheet: sheet,
                limits: request.limits
            )
            return RenditionFacts(dimensions: size)
        case .stream(let part):
            try StreamRenderer(source: source, type: request.sourceType).render(part, into: output)
            return RenditionFacts()
        }
    }
}
