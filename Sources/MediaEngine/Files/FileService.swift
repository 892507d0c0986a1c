package import MediaCore

/// Finds files and opens them, so that the record and the bytes are of the same version (invariant 3).
package struct FileService: Sendable {
    private let catalog: any Catalog
    private let tree: any FileTree
    private let commits: CommitService
    private let cache: RecordCache
    private let maximumExamined: Int
    private let retention: Duration
    private let clock: WallClock
    private let changes: ChangeDispatcher

    /// - Parameters:
    ///   - cache: one of the subscribers of `changes`.
    ///   - maximumExamined: files that a page of a list tries where no index leads to those that match.
    ///   - retention: how long deleted files stay in the trash.
    ///   - clock: for the time of a change.
    ///   - changes: told of every change that this makes.
    init(
        catalog: any Catalog,
        tree: any FileTree,
        commits: CommitService,
        cache: RecordCache,
        maximumExamined: Int,
        retention: Duration,
        clock: @escaping WallClock,
        changes: ChangeDispatcher
    ) {
        self.catalog = catalog
        self.tree = tree
        self.commits = commits
        self.cache = cache
        self.maximumExamined = maximumExamined
        self.retention = retention
        self.clock = clock
        self.changes = changes
    }

    /// A record and the open content of exactly its version.
    package struct Opened: Sendable {
        /// The record of the file.
        package var record: MediaFile
        /// The bytes of the version that the record describes.
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
                let content = try await self.tree.open(record.path)
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
        for spelling in path.spellings {
            if let file = try await self.catalog.file(path: spelling) { return file }
        }
        throw MediaError(.notFound, "There is no file at this path.")
    }

    /// The file that a path without a file stands for: one that lay there until a replacement of another type, or one whose extension was
    /// left out.
    /// - Returns: nil where there is none; never a file that lies at this path.
    package func successor(of path: MediaPath) async throws(MediaError) -> MediaFile? {
        for spelling in path.spellings {
            if let file = try await self.catalog.file(movedFrom: spelling) { return file.path == path ? nil : file }
        }
        guard let name = path.nameWithoutExtension else { return nil }
        let file = try await self.catalog.file(collection: path.collection, name: name)
        return file?.path == path ? nil : file
    }

    /// The paths that a file lay at before, which ``successor(of:)`` still finds it by.
    package func formerPaths(of id: MediaID) async throws(MediaError) -> [MediaPath] {
        try await self.catalog.formerPaths(of: id)
    }

    /// One page, newest first.
    ///
    /// A page is full where there are more, except where no index leads to those that match: then it ends after a number of files that were
    /// tried, and may be empty. What may not be seen leaves no holes in it, unless thousands of files in a row have names
    /// that begin as those that may be seen do. The next page then begins at a time, and not at a file that may not be seen.
    /// - Parameter isReadable: decides about each file that ``FileFilter/readable`` lets through.
    package func list(
        _ filter: FileFilter,
        before cursor: MediaID?,
        limit: Int,
        where isReadable: (MediaFile) -> Bool = { _ in true }
    ) async throws(MediaError) -> Page {
        var page: [MediaFile] = []
        var position = cursor
        var head: FeedCursor?
        for look in 0..<Self.maximumLooksPerPage {
            let found = try await self.catalog.listing(
                matching: filter,
                before: position,
                limit: limit + 1,
                examining: self.maximumExamined
            )
            // The first: from there on nothing is missed, whatever the later looks saw.
            if look == 0 { head = found.head }
            page += found.files.filter(isReadable)
            if page.count > limit {
                page.removeLast(page.count - limit)
                return Page(files: page, next: page.last?.id, head: head)
            }
            if let end = found.end {
                return Page(
                    files: page,
                    next: filter.readable == nil ? end : Self.veiled(end, behind: cursor),
                    head: head
                )
            }
            guard found.files.count > limit else { return Page(files: page, next: nil, head: head) }
            position = found.files.last?.id
        }
        return Page(files: page, next: position.map { Self.veiled($0, behind: cursor) }, head: head)
    }

    /// The same place for a list, without naming the file there; that file itself where the list would not move on.
    private static func veiled(_ position: MediaID, behind cursor: MediaID?) -> MediaID {
        let veiled = position.lastOfMillisecond
        return cursor.map { veiled < $0 } ?? true ? veiled : position
    }

    /// The head of the feed. Whoever reads a record afterwards, and follows the feed from there, misses nothing.
    package func head() async throws(MediaError) -> FeedCursor? {
        try await self.catalog.listing(matching: FileFilter(), before: nil, limit: 0, examining: 1).head
    }

    /// Looks into the catalog for one page.
    private static let maximumLooksPerPage = 20

    /// Some of the files that match a filter.
    package struct Page: Sendable {
        /// The records, newest first.
        package var files: [MediaFile]
        /// What to pass as `before` for the next page; nil at the end.
        package var next: MediaID?
        /// Of the feed, in the same snapshot; nil where there is none.
        package var head: FeedCursor?
    }

    /// Sets the point that crops keep, or takes it away. Later thumbnails are cropped around it.
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
        do throws(MediaError) {
            let changed = try await self.catalog.setFocalPoint(point, of: id, at: self.clock())
            await self.changes.dispatch(.recordChanged(file.path))
            return changed
        } catch {
            // The record may be changed all the same: the database's response may be what was lost.
            await self.changes.dispatch(.recordChanged(file.path))
            throw error
        }
    }

    /// Deletes a file from the tree and the catalog. When this returns, it is gone from both, durably, and in the trash.
    /// - Parameters:
    ///   - isPermanent: past the trash.
    ///   - removesLinks: whether links to it are removed. Foreign keys refuse in any case.
    /// - Throws: `not_found`, `file_referenced`; `name_busy` while another process changes the file.
    package func delete(
        id: MediaID,
        isPermanent: Bool = false,
        removesLinks: Bool = false
    ) async throws(MediaError) {
        let removal = Removal(retention: isPermanent ? .zero : self.retention, removesLinks: removesLinks)
        try await self.delete(try await self.file(id: id), as: removal)
    }

    /// Deletes a file into the trash because nothing uses it, nor ever did, and it did not change since.
    /// - Throws: as ``delete(id:isPermanent:removesLinks:)``; `file_referenced` also where it was used once, or changed.
    func reap(_ file: MediaFile, unchangedSince time: Timestamp) async throws(MediaError) {
        try await self.delete(file, as: Removal(reason: .reaped, retention: self.retention, unusedSince: time))
    }

    private func delete(_ file: MediaFile, as removal: Removal) async throws(MediaError) {
        do throws(MediaError) {
            try await self.commits.remove(file, as: removal)
        } catch {
            // The record may be gone already.
            await self.changes.dispatch(.recordChanged(file.path))
            throw error
        }
        await self.changes.dispatch(.deleted(file))
    }

    // MARK: The cache

    private func record(at path: MediaPath, fresh: Bool) async throws(MediaError) -> MediaFile? {
        if !fresh, let known = self.cache.record(at: path) { return known }
        let generation = self.cache.generation
        for spelling in path.spellings {
            guard let file = try await self.catalog.file(path: spelling) else { continue }
            self.cache.put(file, since: generation)
            return file
        }
        self.cache.drop(path)
        return nil
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
