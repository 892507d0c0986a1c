/// One rendition to be made.
package struct RenditionRequest: Hashable, Sendable, Codable {
    /// The source's sniffed type: decides the loader, nothing is guessed again.
    package var sourceType: MediaType
    /// What is to be made.
    package var recipe: Recipe
    /// Bounds on what may be decoded for it.
    package var limits: ImageLimits

    /// A request for one rendition of one file.
    package init(sourceType: MediaType, recipe: Recipe, limits: ImageLimits) {
        self.sourceType = sourceType
        self.recipe = recipe
        self.limits = limits
    }
}

/// What a rendition turned out to be.
package struct RenditionFacts: Hashable, Sendable, Codable {
    /// Of a picture, one frame.
    package var dimensions: PixelSize?

    /// Facts of a picture, or of something that has no size.
    package init(dimensions: PixelSize? = nil) { self.dimensions = dimensions }
}

/// Makes renditions. Implemented by the worker pool; tests use a double.
package protocol Renderer: Sendable {
    /// The formats that the libraries at hand can write; the others are not offered to anybody.
    var writableFormats: Set<RenditionFormat> { get }

    /// Renders `source` into `output`, an empty file open for writing.
    /// - Throws: ``MediaError`` `file_damaged`, `image_too_large`, `not_renderable`, `processing_failed`, `busy`.
    func render(
        _ source: OpenFile,
        into output: OpenFile,
        _ request: RenditionRequest,
        urgency: JobUrgency
    ) async throws(MediaError) -> RenditionFacts
}

extension Renderer {
    /// All.
    package var writableFormats: Set<RenditionFormat> { Set(RenditionFormat.allCases) }

    /// Renders for somebody who waits.
    package func render(
        _ source: OpenFile,
        into output: OpenFile,
        _ request: RenditionRequest
    ) async throws(MediaError) -> RenditionFacts {
        try await self.render(source, into: output, request, urgency: JobUrgency(isUrgent: true))
    }
}
