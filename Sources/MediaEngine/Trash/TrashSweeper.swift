import Logging
import MediaCore
import Primitives

/// Deletes for good what expired, and bytes that the database does not know.
struct TrashSweeper: Sendable {
    let catalog: any TrashCatalog
    let store: any TrashStore
    /// The time of day by which files expire.
    let clock: WallClock
    let observe: CommitObserver
    let logger: Logger

    /// Rows that are asked for at a time.
    private static let batch = 200

    /// Deletes what expired, oldest first.
    func removeExpired() async throws(MediaError) {
        let now = self.clock()
        var removed = 0
        while true {
            let ids = try await self.catalog.expiredTrash(by: now, limit: Self.batch)
            var progress = 0
            for id in ids {
                let isForgotten = try await self.catalog.forgetTrash(id, expiredBy: now)
                guard isForgotten else { continue }
                self.observe(.trashForgotten)
                try await self.store.remove(id)
                progress += 1
            }
            removed += progress
            // Those that are on their way in or out come later.
            guard ids.count == Self.batch, progress > 0 else { break }
        }
        guard removed > 0 else { return }
        self.logger.notice("Deleted expired files of the trash", metadata: ["files": .stringConvertible(removed)])
    }

    /// Bytes in `trash/` that the database knows nothing of: a crash can come between the end of an entry and that of its bytes. Those of a
    /// record are none: an older database was restored, and they are the only ones that the file has.
    func leftovers() async throws(MediaError) -> (ids: [MediaID], total: Int) {
        let ids = try await self.store.ids()
        var left: [MediaID] = []
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let batch = Array(ids[start..<min(start + Self.batch, ids.count)])
            let known = try await self.known(among: batch)
            left += batch.filter { !known.contains($0) }
        }
        return (left, ids.count)
    }

    private func known(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID> {
        try await self.catalog.trashed(among: ids).union(try await self.catalog.recorded(among: ids))
    }

    /// Removes what ``leftovers()`` finds.
    /// - Parameter isBounded: remove nothing where that would be more than crashes can explain. False is an operator's word.
    /// - Returns: what was removed.
    @discardableResult
    func removeLeftovers(isBounded: Bool) async throws(MediaError) -> [MediaID] {
        let (ids, total) = try await self.leftovers()
        guard !isBounded || SweepBound.allows(ids.count, of: total) else {
            self.logger.error(
                """
                Files in trash/ belong to no entry, more than a crash can explain; nothing of them is removed. Was an older database \
                restored? "mediad fsck --repair" removes them
                """,
                metadata: ["files": "\(ids.count)", "of": "\(total)"]
            )
            return []
        }
        var removed: [MediaID] = []
        for id in ids {
            // It may have been deleted anew meanwhile.
            guard try await self.known(among: [id]).isEmpty else { continue }
            try await self.store.remove(id)
            removed.append(id)
        }
        return removed
    }
}
