package import MediaCore

/// Finds files and opens them, so that the record and the bytes are of the same version (invariant 3).
package struct FileService: Sendable {
    private let catalog: any Catalog
    private let tree: any FileTree
    private let commits: CommitService
    private let cache: RecordCache
    private let clock: WallClock
    private let observer: (any FileChangeObserver)?
    private let removed: @Sendable (MediaFile) async -> Void

    /// - Parameters:
    ///   - cacheCapacity: records kept in memory.
    ///   - clock: for the time of a change.
    ///   - observer: who else keeps something of files.
    ///   - removed: called after each deletion.
    package init(
        catalog: any Catalog,
        tree: any FileTree,
        commits: CommitService,
        cacheCapacity: Int,
        clock: @escaping WallClock,
        observer: (any FileChangeObserver)? = nil,
        removed: @escaping @Sendable (MediaFile) async -> Void
    ) {
        self.catalog = catalog
        self.tree = tree
        self.commits = commits
        self.cache = RecordCache(capacity: cacheCapacity)
        self.clock = clock
        self.observer = observer
        self.removed = removed
    }

    /// A record and the open content of exactly its version.
    package struct Opened: Sendable {
        package var record: MediaFile
        package var content: Content
    }

    /// Opens the file at a path of the tree.
    ///
    /// A commit in another task may be between its rename and its record: the file on disk is then newer than the record.
    /// The open waits for that commit and looks again, a few times, within about a second.
    /// - Throws: `not_found`, `tree_mismatch` when the tree was changed behind the catalog's back.
    package func open(_ path: MediaPath) async throws(MediaError) -> Opened {
        var lastFailure = MediaError(.treeMismatch, Self.mismatch(path))
        for attempt in 0..<6 {
            guard let record = try await self.record(at: path, fresh: attempt > 0) else {
                throw MediaError(.notFound, "There is no file at this path.")
            }
            do throws(MediaError) {
                let content = try await self.tree.open(path)
                if content.identity == record.version.identity { return Opened(record: record, content: content) }
                lastFailure.cause = nil
            } catch  where error.code == .notFound {
                lastFailure = MediaError(.treeMismatch, Self.mismatch(path), cause: error)
            }
            if attempt > 0 { await self.waitForCommit(on: record, attempt: attempt) }
        }
        throw lastFailure
    }

    /// Opens the file of a record.
    package func open(id: MediaID) async throws(MediaError) -> Opened {
        try await self.open(try await self.file(id: id).path)
    }

    /// - Throws: `not_found`.
    package func file(id: MediaID) async throws(MediaError) -> MediaFile {
        guard let file = try await self.catalog.file(id: id) else {
            throw MediaError(.notFound, "There is no file with this id.")
        }
        return file
    }

    /// - Throws: `not_found`.
    package func file(path: MediaPath) async throws(MediaError) -> MediaFile {
        guard let file = try await self.catalog.file(path: path) else {
            throw MediaError(.notFound, "There is no file at this path.")
        }
        return file
    }

    /// One page, newest first.
    package func list(_ filter: FileFilter, before cursor: MediaID?, limit: Int) async throws(MediaError) -> Page {
        var files = try await self.catalog.files(matching: filter, before: cursor, limit: limit + 1)
        guard files.count > limit else { return Page(files: files, next: nil) }
        files.removeLast(files.count - limit)
        return Page(files: files, next: files.last?.id)
    }

    package struct Page: Sendable {
        package var files: [MediaFile]
        /// What to pass as `before` for the next page; nil at the end.
        package var next: MediaID?
    }

    /// Sets the point that crops keep, or takes it away. Thumbnails that come after it keep to it.
    /// - Returns: the record as it is now.
    /// - Throws: `not_found`, `not_renderable` where there is no picture to crop.
    package func setFocalPoint(_ point: FocalPoint?, of id: MediaID) async throws(MediaError) -> MediaFile {
        let file = try await self.file(id: id)
        guard point == nil || file.dimensions != nil || file.media?.hasCover == true else {
            throw MediaError(
                .notRenderable,
                "A file of type \(file.type) has no picture that a focal point could lie in."
            )
        }
        // Also when it fails: an answer that was lost may have been a yes.
        defer { self.forget(file.path) }
        return try await self.catalog.setFocalPoint(point, of: id, at: self.clock())
    }

    /// Deletes a file from the tree and the catalog. When this returns, it is gone from both, durably.
    /// - Throws: `not_found`, `file_referenced`.
    package func delete(id: MediaID) async throws(MediaError) {
        let file = try await self.file(id: id)
        // Also when it fails: the record may be gone already.
        defer { self.forget(file.path) }
        try await self.commits.remove(file)
        await self.removed(file)
    }

    // MARK: The cache

    /// Drops what is kept of a path: it changed.
    package func forget(_ path: MediaPath) {
        self.cache.drop(path)
        self.observer?.fileChanged(at: path)
    }

    /// Tells whether change notifications arrive; while they do not, nothing is kept.
    package func changesAreHeard(_ heard: Bool) {
        self.cache.setTrusted(heard)
        self.observer?.changesAreHeard(heard)
    }

    private func record(at path: MediaPath, fresh: Bool) async throws(MediaError) -> MediaFile? {
        if !fresh, let known = self.cache.record(at: path) { return known }
        let generation = self.cache.generation
        guard let file = try await self.catalog.file(path: path) else {
            self.cache.drop(path)
            return nil
        }
        self.cache.put(file, since: generation)
        return file
    }

    private func waitForCommit(on record: MediaFile, attempt: Int) async {
        // A commit of this process ends when its lock is free; one of another process can only be waited for by the clock.
        await self.commits.locks.waitUntilFree(CommitService.lockName(record.collection, record.name))
        if attempt > 1 { try? await Task.sleep(for: .milliseconds(20 << attempt)) }
    }

    private static func mismatch(_ path: MediaPath) -> String {
        """
        The file at \(path) is not the one that was recorded: the tree was changed by hand, or the disk is damaged. \
        Run "mediad fsck" on the server.
        """
    }
}
