import MediaCore

// Restoring: intent row, rename out of the trash, fsync of the folders, the record again and the end of entry and intent in one
// transaction.

extension CommitService {
    /// Brings a file back from the trash to its place.
    func restore(_ file: MediaFile) async throws(MediaError) -> MediaFile {
        try await self.uncancelled {
            let lock = Self.lockName(file.collection, file.name)
            return try await self.locks.withLocks(on: [lock]) { try await self.restoreLocked(file) }
        }
    }

    private func restoreLocked(_ file: MediaFile) async throws(MediaError) -> MediaFile {
        let intent = CommitIntent(
            id: MediaID(now: self.clock()),
            kind: .restore,
            phase: .pending,
            owner: self.staging.owner,
            stagingName: nil,
            file: file,
            obsoletePath: nil
        )
        try await self.announceRestoring(intent)
        self.observe(.restoreRecorded)
        try await self.putBack(intent)
        self.observe(.restoreRenamed)
        try await self.recordRestored(intent)
        self.observe(.restored)
        let restored = try await self.catalog.file(id: intent.file.id)
        return restored ?? intent.file
    }

    private func announceRestoring(_ intent: CommitIntent) async throws(MediaError) {
        do throws(MediaError) {
            try await self.trashCatalog.beginRestoring(intent)
        } catch {
            // It may have been committed all the same; settling finds out.
            if error.code == .catalogUnavailable { self.unsettled.add(intent, isUncertain: true) }
            throw error
        }
    }

    private func putBack(_ intent: CommitIntent) async throws(MediaError) {
        do throws(MediaError) {
            try await self.trash.putBack(intent.file.id, to: intent.file.path)
        } catch {
            await self.settleOrDefer(intent, after: error)
            throw Self.restorationFailure(error)
        }
    }

    private func recordRestored(_ intent: CommitIntent) async throws(MediaError) {
        do throws(MediaError) {
            try await self.trashCatalog.finishRestoring(intent)
        } catch {
            // The file is in the tree: from here on it only goes forward.
            self.unsettled.add(intent)
            throw error
        }
    }

    private static func restorationFailure(_ error: MediaError) -> MediaError {
        guard error.code == .notFound else { return error }
        return MediaError(
            .treeMismatch,
            "The bytes of this file are not in the trash any more. Run \"mediad fsck\" on the server.",
            cause: error
        )
    }

    /// Finishes a restoration whose rename has happened, and undoes any other.
    func settleRestoring(_ intent: CommitIntent) async throws(MediaError) {
        let file = intent.file
        guard try await self.isInTree(file) else { return try await self.trashCatalog.abandonRestoring(intent) }
        // Its name in the tree is durable before the other goes: both are there where it was renamed by a link and the crash came between.
        try await self.tree.synchronizeFolder(of: file.path)
        if try await self.trash.holds(file.id) { try await self.trash.remove(file.id) }
        do throws(MediaError) {
            try await self.trashCatalog.finishRestoring(intent)
        } catch  where error.code == .nameTaken {
            // Somebody recorded the name past the daemon ("mediad import").
            if try await self.catalog.file(path: file.path) == nil {
                try await self.trash.take(file.path, as: file.id, identity: file.version.identity)
            }
            try await self.trashCatalog.abandonRestoring(intent)
        }
    }
}
