import MediaCore

/// Compares `trash/` with the entries of the trash.
package struct TrashCheck: Sendable {
    let catalog: any TrashCatalog
    let store: any TrashStore
    let records: any Catalog
    let sweeper: TrashSweeper

    /// - Returns: entries without bytes, which cannot be restored, and bytes without an entry.
    func run(_ options: FsckService.Options) async throws(MediaError) -> [Finding] {
        var findings: [Finding] = []
        var cursor: TrashEntry.Cursor?
        while true {
            let entries = try await self.catalog.trash(in: nil, after: cursor, limit: 500)
            for entry in entries {
                if let finding = try await self.check(entry, options) { findings.append(finding) }
            }
            guard let last = entries.last else { break }
            cursor = last.cursor
        }
        let left =
            options.repair
            ? try await self.sweeper.removeLeftovers(isBounded: false) : try await self.sweeper.leftovers().ids
        for id in left {
            findings.append(
                Finding(
                    .leftover,
                    "trash/\(id)",
                    "the bytes of a deleted file that the catalog does not know any more",
                    isRepaired: options.repair
                )
            )
        }
        return findings
    }

    /// Whether a record's bytes lie in the trash: the database was restored to a state before the file was deleted.
    func hasBytes(of file: MediaFile) async throws(MediaError) -> Bool { try await self.store.holds(file.id) }

    /// Puts them where the record says.
    func putBack(_ file: MediaFile) async throws(MediaError) { try await self.store.putBack(file.id, to: file.path) }

    private func check(_ entry: TrashEntry, _ options: FsckService.Options) async throws(MediaError) -> Finding? {
        let file = entry.file
        guard try await !self.store.holds(file.id), try await !self.records.hasOpenIntent(on: file.path),
            try await self.catalog.trashEntry(file.id) != nil, try await !self.store.holds(file.id)
        else { return nil }
        var finding = Finding(
            .missing,
            "trash/\(file.id)",
            """
            the bytes of \(file.path) are gone, and it cannot be restored. Drop the entry with "mediad fsck --repair --forget-missing"
            """
        )
        if options.repair, options.forgetMissing {
            finding.isRepaired = try await self.catalog.forgetTrash(file.id, expiredBy: nil)
        }
        return finding
    }
}
