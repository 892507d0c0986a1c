package import MediaCore

// Removing: intent row, entry of the trash and the record's end in one transaction, rename into the trash or unlink, end of the intent.

extension CommitService {
    /// Takes a file out of the tree and out of the catalog.
    package func remove(_ file: MediaFile, as removal: Removal = .permanent) async throws(MediaError) {
        try await self.uncancelled {
            let lock = Self.lockName(file.collection, file.name)
            try await self.locks.withLocks(on: [lock]) { try await self.removeLocked(file, as: removal) }
        }
    }

    private func removeLocked(_ file: MediaFile, as removal: Removal) async throws {
        guard let current = try await self.catalog.file(id: file.id) else {
            throw MediaError(.notFound, "There is no file with this id.")
        }
        let intent = CommitIntent(
            id: MediaID(now: self.clock()),
            kind: .remove,
            phase: .recorded,
            owner: self.staging.owner,
            stagingName: nil,
            file: current,
            obsoletePath: nil
        )
        do {
            try await self.catalog.remove(intent, as: removal)
        } catch  where error.code == .catalogUnavailable {
            // It may have been committed all the same; settling finds out.
            self.unsettled.add(intent, isUncertain: true)
            throw error
        }
        self.observe(.removalRecorded)
        do {
            try await self.takeOut(current)
        } catch {
            // Out of the catalog, but still in the tree: not what "deleted" means, until it is settled.
            self.unsettled.add(intent)
            throw error
        }
        self.observe(.removalUnlinked)
        do {
            try await self.catalog.close(intent)
        } catch {
            self.unsettled.add(intent)
        }
    }
}
