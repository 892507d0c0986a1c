import Glibc
package import MediaCore

/// Files that are being written, in `staging/<owner>/` of the storage root.
package struct DiskStaging: Staging {
    /// `staging/`, with the folders of all processes.
    let folder: Descriptor
    /// This process's own.
    let area: StagingArea
    let io: BlockingIO

    package var owner: String { self.area.owner }

    package func stage() async throws(MediaError) -> any StagedFile {
        try await self.io.run { () throws(MediaError) in
            try DiskStagedFile(in: self.area, io: self.io, now: Timestamp.now())
        }
    }

    package func stagedFileExists(owner: String, name: String) async throws(MediaError) -> Bool {
        try await self.io.run { () throws(MediaError) in
            do throws(MediaError) {
                _ = try self.folder.open(beneath: "\(owner)/\(name)", flags: O_RDONLY | O_NONBLOCK)
                return true
            } catch  where error.code == .notFound {
                return false
            }
        }
    }

    package func removeStaged(owner: String, name: String) async throws(MediaError) {
        try await self.io.run { () throws(MediaError) in
            let ownersFolder: Descriptor
            do throws(MediaError) {
                ownersFolder = try self.folder.open(beneath: owner, flags: O_RDONLY | O_DIRECTORY)
            } catch  where error.code == .notFound {
                return
            }
            if unlinkat(ownersFolder.raw, name, 0) < 0, errno != ENOENT { throw SystemCall.error("unlink", errno) }
        }
    }

    package func deadOwners() async throws(MediaError) -> [DeadOwner] {
        try await self.io.run { () throws(MediaError) in try StagingArea.deadOwners(in: self.folder) }
    }

    package func sweep(owner: String) async throws(MediaError) -> Int {
        try await self.io.run { () throws(MediaError) in try StagingArea.sweep(owner, in: self.folder) }
    }

    package func exclusively<Result: Sendable>(
        _ body: @Sendable () async throws(MediaError) -> Result
    ) async throws(MediaError) -> Result {
        // A description of its own: flock(2) belongs to it, and closing the descriptor ends the lock.
        let turn = try await self.io.run { () throws(MediaError) in
            try self.folder.open(beneath: ".", flags: O_RDONLY | O_DIRECTORY)
        }
        var attempts = 0
        while flock(turn.raw, LOCK_EX | LOCK_NB) != 0 {
            attempts += 1
            guard attempts < 600 else {
                throw MediaError(.busy, "Another process has been settling commits for a minute. Try again later.")
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        let result = try await body()
        withExtendedLifetime(turn) {}
        return result
    }

    package func ownerExists(_ owner: String) async throws(MediaError) -> Bool {
        try await self.stagedFileExists(owner: owner, name: ".")
    }
}
