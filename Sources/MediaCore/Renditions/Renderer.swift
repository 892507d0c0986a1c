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

    /// Renditions of one file that may be asked for in one job.
    var maximumBatch: Int { get }

    /// Renders all of `batch`, each into the output at the same index, an empty file open for writing.
    ///
    /// - Parameters:
    ///   - batch: at most ``maximumBatch`` of them.
    ///   - each: told, in the order of the batch, what became of each rendition, as soon as it is there. One that fails does not end the
    ///     others.
    /// - Throws: ``MediaError`` `processing_failed`, `busy`, where the job ended early: those that `each` was not told of did not come.
    func render(
        _ source: OpenFile,
        into outputs: [OpenFile],
        _ batch: RenditionBatch,
        urgency: JobUrgency,
        each: @Sendable (Int, Result<RenditionFacts, MediaError>) async -> Void
    ) async throws(MediaError)
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
