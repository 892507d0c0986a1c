package import MediaCore
import Synchronization

/// Thumbnails: kept under the original's digest, made on the first request if missing, one render for many waiting requests.
package final class RenditionService: Sendable {
    private let catalog: any Catalog
    let staging: any Staging
    let store: any RenditionStore
    let renderer: any Renderer
    let collections: [MediaCollection]
    /// What holds for pictures of all collections.
    package let rules: PictureRules
    let storyboards: Storyboard.Rules
    let renders = Mutex<[RenditionKey: Render]>([:])
    let failed: FailedRenders
    private let onStored: @Sendable (ByteCount) -> Void

    /// One on its way, however many wait for it. It belongs to none of them: whoever goes away changes nothing for the others.
    struct Render {
        var task: Task<Content, any Error>
        var urgency: JobUrgency
    }

    /// - Parameters:
    ///   - failureLifetime: how long it is remembered that nothing can be made of a file, for 1000 renditions at most.
    ///   - onStored: told the size of each rendition that is made.
    package init(
        catalog: any Catalog,
        staging: any Staging,
        store: any RenditionStore,
        renderer: any Renderer,
        collections: [MediaCollection],
        rules: PictureRules,
        storyboards: Storyboard.Rules = Storyboard.Rules(),
        failureLifetime: Duration = .zero,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        onStored: @escaping @Sendable (ByteCount) -> Void = { _ in }
    ) {
        self.catalog = catalog
        self.staging = staging
        self.store = store
        self.renderer = renderer
        self.collections = collections
        self.rules = rules
        self.storyboards = storyboards
        self.failed = FailedRenders(lifetime: failureLifetime, capacity: 1000, now: now)
        self.onStored = onStored
    }

    /// A rendition that is there, open.
    package struct Rendition: Sendable {
        /// What it is: of which bytes, made how.
        package var key: RenditionKey
        /// Its bytes; they stay readable when the rendition is removed.
        package var content: Content
    }

    /// The rendition, from `renditions/` or made now from the open original.
    /// - Parameter isAhead: made before anybody asks: it stands back behind what somebody waits for.
    package func rendition(
        _ key: RenditionKey,
        of original: FileService.Opened,
        isAhead: Bool = false
    ) async throws(MediaError) -> Rendition {
        if let content = try await self.store.openRendition(key) { return Rendition(key: key, content: content) }
        if let error = self.failed[key] { throw error }
        let render = self.renders.withLock { renders in
            if let running = renders[key] { return running }
            let urgency = JobUrgency(isUrgent: !isAhead)
            let started = Task {
                defer { self.renders.withLock { $0[key] = nil } }
                return try await self.render(key, of: original, urgency: urgency)
            }
            let render = Render(task: started, urgency: urgency)
            renders[key] = render
            return render
        }
        if !isAhead { render.urgency.raise() }
        do {
            return Rendition(key: key, content: try await render.task.value)
        } catch let error as MediaError {
            throw error
        } catch {
            throw MediaError(.internalError, "The thumbnail failed for a reason it should not have.", cause: error)
        }
    }

    private func render(
        _ key: RenditionKey,
        of original: FileService.Opened,
        urgency: JobUrgency
    ) async throws -> Content {
        // Looked at again: the render before this one may have ended between the caller's look and the start of this task.
        if let content = try await self.store.openRendition(key) { return content }
        let staged = try await self.staging.stage()
        do {
            let output = try await staged.open()
            let request = RenditionRequest(
                sourceType: original.record.type,
                recipe: key.recipe,
                limits: self.rules.limits
            )
            do throws(MediaError) {
                _ = try await self.renderer.render(original.content.file(), into: output, request, urgency: urgency)
            } catch {
                self.failed.note(error, of: key)
                throw error
            }
        } catch {
            await staged.discard()
            throw error
        }
        return try await self.commit(staged, as: key)
    }

    /// Takes over what a worker has written.
    func commit(_ staged: any StagedFile, as key: RenditionKey) async throws(MediaError) -> Content {
        let finished: OpenFile
        do throws(MediaError) {
            try await staged.synchronizeForeignBytes()
            finished = try await staged.open()
            try await self.store.storeRendition(staged.name, as: key)
        } catch {
            await staged.discard()
            throw error
        }
        self.onStored(finished.identity.size)
        // Opened anew: the other descriptor can write. A sweep may have been faster.
        let content = try await self.store.openRendition(key)
        await self.removeIfStale(key)
        return content ?? Content(finished)
    }

    /// The bytes of a small rendition that the daemon reads itself.
    /// - Parameter limit: in bytes.
    func contents(of rendition: Rendition, limit: Int) async throws(MediaError) -> [UInt8] {
        try await self.store.contents(of: rendition.content, limit: limit)
    }

    /// The original may have been replaced or deleted while it was rendered: whoever removed its thumbnails came too early
    /// for this one. Looked at after storing, so that one of the two always sees the other.
    private func removeIfStale(_ key: RenditionKey) async {
        guard let isInUse = try? await self.catalog.isInUse(digestPrefix: key.digest.prefix), !isInUse else { return }
        try? await self.store.removeRenditions(of: key.digest)
    }
}
