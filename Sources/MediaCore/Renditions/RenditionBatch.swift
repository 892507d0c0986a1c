/// Several renditions of one file that are made in one job: what they have in common is done once, above all decoding the file.
///
///     let batch = RenditionBatch(sourceType: .heic, recipes: keys.map(\.recipe), limits: limits)
///     try await renderer.render(source, into: outputs, batch, urgency: urgency) { index, result in … }
package struct RenditionBatch: Hashable, Sendable, Codable {
    /// The source's sniffed type: decides the loader, nothing is guessed again.
    package var sourceType: MediaType
    /// What is to be made, in the order in which it is wanted. Those of one preset stand together: they share its pixels.
    package var recipes: [Recipe]
    /// Bounds on what may be decoded for each of them, and on what may be held for the next.
    package var limits: ImageLimits

    /// A request for several renditions of one file.
    package init(sourceType: MediaType, recipes: [Recipe], limits: ImageLimits) {
        self.sourceType = sourceType
        self.recipes = recipes
        self.limits = limits
    }

    /// Each of the renditions by itself.
    package var requests: [RenditionRequest] { self.recipes.map(self.request) }

    /// One of the renditions by itself.
    package func request(_ recipe: Recipe) -> RenditionRequest {
        RenditionRequest(sourceType: self.sourceType, recipe: recipe, limits: self.limits)
    }
}
