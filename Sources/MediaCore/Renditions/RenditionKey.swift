/// Which rendition: the original's bytes, and what is made of them.
package struct RenditionKey: Hashable, Sendable {
    /// SHA-256 of the original: a replaced file has other renditions.
    package var digest: Digest
    /// What is made of it.
    package var recipe: Recipe

    /// The rendition by this recipe of the original with this digest.
    package init(digest: Digest, recipe: Recipe) {
        self.digest = digest
        self.recipe = recipe
    }

    /// Where the rendition lies, relative to `renditions/`: also for a proxy that sends it itself.
    package var path: String {
        let prefix = self.digest.prefix
        return "\(prefix.prefix(2))/\(prefix)/\(self.parameters)"
    }

    /// Everything but the digest: the rendition's file name.
    package var parameters: String { self.recipe.parameters }
}
