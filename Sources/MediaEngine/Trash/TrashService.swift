import Logging
package import MediaCore
import Primitives

/// Shows what was deleted, brings it back, and deletes it for good.
package struct TrashService: Sendable {
    private let catalog: any TrashCatalog
    private let records: any Catalog
    private let store: any TrashStore
    private let commits: CommitService
    private let removals: RemovalSettler
    private let changes: ChangeDispatcher
    private let observe: CommitObserver

    /// - Parameters:
    ///   - records: of the same database as `catalog`.
    ///   - removals: ends what `media.delete()` began, where a restoration meets it.
    ///   - changes: told of every file that comes back.
    ///   - observe: is called at each step, for tests that crash there.
    init(
        catalog: any TrashCatalog,
        records: any Catalog,
        store: any TrashStore,
        commits: CommitService,
        removals: RemovalSettler,
        changes: ChangeDispatcher,
        observe: @escaping CommitObserver
    ) {
        self.catalog = catalog
        self.records = records
        self.store = store
        self.commits = commits
        self.removals = removals
        self.changes = changes
        self.observe = observe
    }

    /// Some of what is in the trash.
    package struct Page: Sendable {
        /// The latest deletion first.
        package var entries: [TrashEntry]
        /// What to pass as `after` for the next page; nil at the end.
        package var next: TrashEntry.Cursor?
    }

    /// One page, the latest deletion first.
    package func list(
        in collection: String?,
        after cursor: TrashEntry.Cursor?,
        limit: Int
    ) async throws(MediaError) -> Page {
        var entries = try await self.catalog.trash(in: collection, after: cursor, limit: limit + 1)
        guard entries.count > limit else { return Page(entries: entries, next: nil) }
        entries.removeLast(entries.count - limit)
        return Page(entries: entries, next: entries.last?.cursor)
    }

    /// How much is in the trash.
    package func totals() async throws(MediaError) -> TrashTotals { try await self.catalog.trashTotals() }

    /// - Throws: `not_found`.
    package func entry(_ id: MediaID) async throws(MediaError) -> TrashEntry {
        guard let entry = try await self.catalog.trashEntry(id) else {
            throw MediaError(.notFound, "There is no file with this id in the trash.")
        }
        return entry
    }

    /// Gives a deleted file its id, path, record and, where their places are free, its links again.
    ///
    /// Idempotent: whoever lost the response asks again and gets the same, as does whoever asks for a file that was not deleted.
    /// - Throws: `not_found`; `name_taken` and `path_occupied` where something else has its place; `name_busy`; `tree_mismatch` where
    ///   its bytes are gone.
    package func restore(_ id: MediaID) async throws(MediaError) -> MediaFile {
        do throws(MediaError) {
            let file = try await self.bringBack(try await self.entry(id))
            await self.changes.dispatch(.published(file, replaced: nil))
            return file
        } catch  where error.code == .notFound {
            guard let file = try await self.records.file(id: id) else { throw error }
            return file
        }
    }

    private func bringBack(_ entry: TrashEntry) async throws(MediaError) -> MediaFile {
        do throws(MediaError) {
            return try await self.commits.restore(entry.file)
        } catch  where error.code == .nameBusy {
            // Its bytes may be on their way here still.
            guard try await self.removals.settle() > 0 else { throw error }
            return try await self.commits.restore(entry.file)
        }
    }

    /// Deletes a file of the trash for good.
    /// - Throws: `not_found`; `name_busy` while it is on its way in or out.
    package func delete(_ id: MediaID) async throws(MediaError) {
        _ = try await self.entry(id)
        guard try await self.catalog.forgetTrash(id, expiredBy: nil) else {
            throw MediaError(
                .nameBusy,
                "The file is just on its way into the trash or out of it. Try again in a moment."
            )
        }
        self.observe(.trashForgotten)
        try await self.store.remove(id)
    }

    /// Deletes all that was deleted by then for good, the latest last.
    /// - Returns: how many files, and their bytes.
    package func empty(deletedBy time: Timestamp) async throws(MediaError) -> TrashTotals {
        var totals = TrashTotals(files: 0, size: ByteCount(bytes: 0))
        var cursor: TrashEntry.Cursor?
        while true {
            let page = try await self.list(in: nil, after: cursor, limit: 200)
            for entry in page.entries where entry.deletedAt <= time {
                guard try await self.catalog.forgetTrash(entry.file.id, expiredBy: nil) else { continue }
                try await self.store.remove(entry.file.id)
                totals.files += 1
                totals.size = ByteCount(bytes: totals.size.bytes + entry.file.version.size.bytes)
            }
            guard let next = page.next else { return totals }
            cursor = next
        }
    }
}
