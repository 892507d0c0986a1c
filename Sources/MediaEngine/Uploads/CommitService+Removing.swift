import Logging
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

    /// How often another process may give the file another path just before it is removed.
    private static let removalAttempts = 3

    private func removeLocked(_ file: MediaFile, as removal: Removal) async throws {
        for _ in 0..<Self.removalAttempts {
            guard let current = try await self.catalog.file(id: file.id) else {
                throw MediaError(.notFound, "There is no file with this id.")
            }
            if let intent = try await self.announceRemoving(current, as: removal) {
                return try await self.finishRemoving(intent)
            }
        }
        throw MediaError(.nameBusy, "Another process changes this file again and again. Try again in a moment.")
    }

    /// - Returns: nil where another process replaced it by a file of another type, or deleted it: the next look tells.
    private func announceRemoving(_ file: MediaFile, as removal: Removal) async throws(MediaError) -> CommitIntent? {
        let intent = CommitIntent(
            id: MediaID(now: self.clock()),
            kind: .remove,
            phase: .recorded,
            owner: self.staging.owner,
            stagingName: nil,
            file: file,
            obsoletePath: nil
        )
        do throws(MediaError) {
            try await self.catalog.remove(intent, as: removal)
            return intent
        } catch {
            if error.code == .notFound { return nil }
            // It may have been committed all the same; settling finds out.
            if error.code == .catalogUnavailable { self.unsettled.add(intent, isUncertain: true) }
            throw error
        }
    }

    private func finishRemoving(_ intent: CommitIntent) async throws {
        self.observe(.removalRecorded)
        do {
            try await self.takeOut(intent.file)
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

    /// Takes the bytes of a deleted file out of the tree: into the trash where there is an entry for them.
    private func takeOut(_ file: MediaFile) async throws(MediaError) {
        if try await self.trashCatalog.trashed(among: [file.id]).isEmpty {
            try await self.tree.remove(file.path)
        } else {
            try await self.trash.take(file.path, as: file.id, identity: file.version.identity)
        }
    }

    /// Ends a removal that something cut off, perhaps long ago: what lies at its path may be another file by now.
    func settleRemoving(_ intent: CommitIntent) async throws(MediaError) {
        let file = intent.file
        if try await self.catalog.file(path: file.path) != nil {
            // Recorded past the daemon ("mediad import"): it is that record's.
            self.warnOfOther(file)
        } else if try await self.trashCatalog.trashed(among: [file.id]).isEmpty,
            let found = try await self.identityInTree(file.path), found != file.version.identity
        {
            // Somebody put it there. What was never recorded is not ours to delete.
            self.warnOfOther(file)
        } else {
            try await self.takeOut(file)
        }
        try await self.catalog.close(intent)
    }

    private func warnOfOther(_ file: MediaFile) {
        self.logger.warning(
            "Another file lies where a deleted one was; it stays there",
            metadata: ["path": "\(file.path)", "id": "\(file.id)"]
        )
    }
}
