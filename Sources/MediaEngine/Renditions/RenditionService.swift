package import MediaCore
import Synchronization

/// Thumbnails: kept under the original's digest, made on the first request if missing, one render for many waiting requests.
package final class RenditionService: Sendable {
    private let catalog: any Catalog
    private let store: any FileStore
    private let renderer: any Renderer
    private let collections: [MediaCollection]
    private let limits: ImageLimits
    /// 1...100.
    private let quality: Int
    private let renders = Mutex<[RenditionKey: Task<OpenFile, any Error>]>([:])

    package init(
        catalog: any Catalog,
        store: any FileStore,
        renderer: any Renderer,
        collections: [MediaCollection],
        limits: ImageLimits,
        quality: Int
    ) {
        self.catalog = catalog
        self.store = store
        self.renderer = renderer
        self.collections = collections
        self.limits = limits
        self.quality = quality
    }

    package struct Rendition: Sendable {
        package var key: RenditionKey
        package var file: OpenFile
    }

    /// The presets that a file has renditions of: its collection's, when it is a picture.
    package func presets(of file: MediaFile) -> [Preset] {
        guard file.type.isRenderable else { return [] }
        return self.collections.first { $0.name == file.collection }?.presets ?? []
    }

    /// - Throws: `unknown_preset`, `not_renderable`.
    package func key(
        for file: MediaFile,
        preset name: String,
        format: RenditionFormat
    ) throws(MediaError) -> RenditionKey {
        guard let collection = self.collections.first(where: { $0.name == file.collection }),
            let preset = collection.preset(named: name)
        else {
            let allowed = self.collections.first { $0.name == file.collection }?.presets.map(\.name) ?? []
            throw MediaError(
                .unknownPreset,
                allowed.isEmpty
                    ? "\(file.collection) has no presets."
                    : "\(file.collection) has no preset \"\(name)\". Choose one of: \(allowed.joined(separator: ", ")).",
                details: ["allowed": allowed]
            )
        }
        guard file.type.isRenderable else {
            throw MediaError(.notRenderable, "No thumbnail can be made of \(file.type).")
        }
        let recipe = preset.recipe(format: format, quality: self.quality, isStill: !file.type.isAnimatable)
        return RenditionKey(digest: file.version.digest, recipe: .picture(recipe))
    }

    /// The rendition, from `renditions/` or made now from the open original.
    package func rendition(_ key: RenditionKey, of original: FileService.Opened) async throws(MediaError) -> Rendition {
        if let file = try await self.store.openRendition(key) { return Rendition(key: key, file: file) }
        let task = self.renders.withLock { renders in
            if let running = renders[key] { return running }
            let started = Task {
                defer { self.renders.withLock { $0[key] = nil } }
                return try await self.render(key, of: original)
            }
            renders[key] = started
            return started
        }
        do {
            return Rendition(key: key, file: try await task.value)
        } catch let error as MediaError {
            throw error
        } catch {
            throw MediaError(.internalError, "The thumbnail failed for a reason it should not have.", cause: error)
        }
    }

    private func render(_ key: RenditionKey, of original: FileService.Opened) async throws -> OpenFile {
        // Looked at again: the render before this one may have ended between the caller's look and the start of this task.
        if let file = try await self.store.openRendition(key) { return file }
        let staged = try await self.store.stage()
        do {
            let output = try await staged.open()
            let request = RenditionRequest(
                sourceType: original.record.type,
                recipe: key.recipe,
                limits: self.limits
            )
            _ = try await self.renderer.render(original.file, into: output, request)
            try await staged.synchronizeForeignBytes()
            try await self.store.storeRendition(staged.name, as: key)
        } catch {
            await staged.discard()
            throw error
        }
        guard let file = try await self.store.openRendition(key) else {
            throw MediaError(.storageUnavailable, "The thumbnail was made and is gone again.")
        }
        await self.removeIfStale(key)
        return file
    }

    /// The original may have been replaced or deleted while it was rendered: whoever removed its thumbnails came too early
    /// for this one. Looked at after storing, so that one of the two always sees the other.
    private func removeIfStale(_ key: RenditionKey) async {
        guard let isInUse = try? await self.catalog.isInUse(digestPrefix: key.digest.prefix), !isInUse else { return }
        try? await self.store.removeRenditions(of: key.digest)
    }
}
