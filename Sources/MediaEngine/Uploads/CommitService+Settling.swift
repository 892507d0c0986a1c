import Logging
package import MediaCore

/// Ending a commit that something cut off: a crash, a database that went away, a file in the way.
extension CommitService {
    /// Finishes or undoes an intent that its process left open. Safe to repeat.
    package func settle(_ intent: CommitIntent) async throws(MediaError) {
        // Without its row it was ended already, or its beginning never reached the database.
        guard try await self.catalog.isOpen(intent) else { return }
        switch (intent.kind, intent.phase) {
        case (.publish, .pending):
            let isInTree = try await self.isInTree(intent.file)
            if let name = intent.stagingName, try await self.staging.stagedFileExists(owner: intent.owner, name: name) {
                try await self.staging.removeStaged(owner: intent.owner, name: name)
                // It has both names where it was published by a link and the crash came before the other name was gone. Else the
                // rename never happened: nobody saw the file, nobody was told of it.
                guard isInTree else { return try await self.catalog.close(intent) }
            }
            guard isInTree else {
                // Neither staged nor in the tree: somebody removed it by hand. There is nothing to finish.
                self.logger.warning(
                    "An open commit has no file any more; it is dropped",
                    metadata: ["path": "\(intent.file.path)"]
                )
                try await self.catalog.close(intent)
                return
            }
            try await self.tree.synchronizeFolder(of: intent.file.path)
            do throws(MediaError) {
                try await self.catalog.finish(intent)
            } catch  where error.code == .nameTaken {
                return try await self.withdraw(intent)
            }
            try await self.removeObsolete(intent)
        case (.publish, .recorded):
            try await self.removeObsolete(intent)
        case (.remove, _):
            try await self.settleRemoving(intent)
        case (.restore, _):
            try await self.settleRestoring(intent)
        }
    }

    /// Takes back a file whose name another process gave to another file meanwhile ("mediad import"): no client was told of it.
    private func withdraw(_ intent: CommitIntent) async throws(MediaError) {
        if try await self.catalog.file(path: intent.file.path) == nil { try await self.tree.remove(intent.file.path) }
        try await self.catalog.close(intent)
    }

    func removeObsolete(_ intent: CommitIntent) async throws(MediaError) {
        guard let obsolete = intent.obsoletePath else { return }
        try await self.tree.remove(obsolete)
        self.observe(.obsoleteRemoved)
        try await self.catalog.close(intent)
    }

    func isInTree(_ file: MediaFile) async throws(MediaError) -> Bool {
        try await self.identityInTree(file.path) == file.version.identity
    }

    /// Of the file that lies there; nil where none does.
    func identityInTree(_ path: MediaPath) async throws(MediaError) -> FileIdentity? {
        do throws(MediaError) {
            return try await self.tree.open(path).identity
        } catch  where error.code == .notFound {
            return nil
        }
    }

    func settleOrDefer(_ intent: CommitIntent, after failure: any Error) async {
        // A response that was lost: the row may yet appear, after a look that does not find it.
        let isUncertain = (failure as? MediaError)?.code == .catalogUnavailable
        do {
            try await self.settle(intent)
            if isUncertain { self.unsettled.add(intent, isUncertain: true) }
        } catch {
            self.unsettled.add(intent, isUncertain: isUncertain)
        }
    }
}
