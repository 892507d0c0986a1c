import MediaCore
import Vips

/// Makes the renditions of a batch one after the other, and keeps the source open between them.
final class BatchRenderer {
    /// What the next renditions are made of, with the position in a video at which it is.
    private struct Opened {
        var position: Double?
        /// A source that turned out to be broken is not decoded again.
        var picture: Result<SharedPicture, MediaError>
        /// The mapped file, which knows what it is if it cannot be read; nil for others than pictures.
        var file: PictureSource?
    }

    private let source: Int32
    private let type: MediaType
    private let limits: ImageLimits
    private var recipes: ArraySlice<Recipe>
    private var opened: Opened?

    init(source: Int32, batch: RenditionBatch) {
        self.source = source
        self.type = batch.sourceType
        self.limits = batch.limits
        self.recipes = batch.recipes[...]
    }

    /// - Throws: ``MediaError``, as ``RenditionRenderer/render(source:output:request:)``.
    func renderNext(into output: Int32) throws(MediaError) -> RenditionFacts {
        guard let recipe = self.recipes.first else { throw MediaError(.internalError, "All renditions were made.") }
        VipsRuntime.forgetPastErrors()
        defer { self.recipes.removeFirst() }
        guard case .picture(let picture) = recipe else {
            let request = RenditionRequest(sourceType: self.type, recipe: recipe, limits: self.limits)
            return try RenditionRenderer.render(source: self.source, output: output, request: request)
        }
        let opened = self.opened(at: picture.position)
        self.opened = opened
        do throws(MediaError) {
            return RenditionFacts(dimensions: try opened.picture.get().renderNext(into: output))
        } catch {
            guard error.code == .fileDamaged else { throw error }
            let explained = opened.file.map { ImageRenderer.explained(error, by: $0) } ?? error
            self.opened?.picture = .failure(explained)
            throw explained
        }
    }

    private func opened(at position: Double?) -> Opened {
        if let opened = self.opened, opened.position == position { return opened }
        self.opened = nil
        let recipes = self.recipes.compactMap { recipe -> PictureRecipe? in
            guard case .picture(let picture) = recipe, picture.position == position else { return nil }
            return picture
        }
        var file: PictureSource?
        do throws(MediaError) {
            let picture: SharedPicture
            if self.type.isDecodableVideo || self.type.isMusic {
                picture = try VideoRenderer.picture(
                    source: self.source,
                    type: self.type,
                    position: position,
                    recipes: recipes,
                    limits: self.limits
                )
            } else {
                let mapped = try ImageRenderer.open(self.source, self.type)
                file = mapped
                picture = try SharedPicture(try mapped.sanitized(self.limits), recipes: recipes, limits: self.limits)
            }
            return Opened(position: position, picture: .success(picture), file: file)
        } catch {
            return Opened(position: position, picture: .failure(error), file: file)
        }
    }
}
