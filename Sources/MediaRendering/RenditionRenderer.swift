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
                ? try VideoRenderer.render(
                    source: source,
                    type: type,
                    output: output,
                    recipe: recipe,
                    limits: request.limits
                )
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
