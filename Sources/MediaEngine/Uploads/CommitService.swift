import Logging
package import MediaCore

/// Takes files into the tree and out of it, so that a crash at any instant leaves tree and catalog in agreement after a
/// restart (invariants 1, 2 and 8).
///
/// Publishing: fsync of the file, intent row, rename, fsync of the folder, record and change event in one transaction.
/// Everything before the rename is undone by ``settle(_:)``, everything after it is finished by it. docs/storage-tree.md has
/// the table of states.
package final class CommitService: Sendable {
    let catalog: any Catalog
    let staging: any Staging
    let tree: any FileTree
    let trash: any TrashStore
    let trashCatalog: any TrashCatalog
    let clock: WallClock
    let observe: CommitObserver
    let logger: Logger
    let unsettled: UnsettledIntents
    private let ownerQuota: OwnerQuota
    /// Held for the whole of a commit; readers wait on it when they meet a commit half way.
    let locks: NameLocks

    /// - Parameters:
    ///   - staging: where the files lie that are published. It is of the same file system as `tree`.
    ///   - trash: where deleted files lie, on the same file system; `trashCatalog` is of the same database as `catalog`.
    ///   - unsettled: takes the commits that cannot be ended at once.
    ///   - maximumWaitersPerName: commits that wait for the one under way on the same name; more get `name_busy`.
    ///   - ownerQuota: what one owner may have.
    ///   - observe: is called at each step, for tests that crash there.
    init(
        catalog: any Catalog,
        staging: any Staging,
        tree: any FileTree,
        trash: any TrashStore,
        trashCatalog: any TrashCatalog,
        unsettled: UnsettledIntents,
        maximumWaitersPerName: Int,
        ownerQuota: OwnerQuota = OwnerQuota(),
        clock: @escaping WallClock,
        observe: @escaping CommitObserver = { _ in },
        logger: Logger
    ) {
        self.catalog = catalog
        self.staging = staging
        self.tree = tree
        self.trash = trash
        self.trashCatalog = trashCatalog
        self.unsettled = unsettled
        self.ownerQuota = ownerQuota
        self.locks = NameLocks(maximumWaiters: maximumWaitersPerName)
        self.clock = clock
        self.observe = observe
        self.logger = logger
    }

    /// What a file becomes in the tree.
    package struct Publication: Sendable {
        /// The bytes, in the staging area.
        package var staged: any StagedFile
        /// The name of the collection.
        package var collection: String
        /// The name in the collection, without an extension.
        package var name: MediaName
        /// What was found in the bytes: the type, which decides the extension, and the facts.
        package var inspection: Inspection
        /// What the client called the file; nil when it did not say.
        package var originalFilename: String?
        /// False: an existing file of this name is an error.
        package var mayReplace: Bool
        /// The resumable upload that becomes complete with this.
        package var upload: UploadID?
        /// What the client said the bytes hash to.
        package var expectedDigest: Digest?
        /// Whose file it will be; nil for nobody's. A file that is there keeps its owner.
        package var owner: String?
        /// What it may become.
        package var conditions = UploadConditions.none
        /// What was changed before; nil: the staged bytes are those that were uploaded.
        package var rewriting: FileRewriting?
    }

    /// What a publication did.
    package struct Published: Sendable {
        /// The record as it is now.
        package var file: MediaFile
        /// The record before; nil when the collection had no file of this name.
        package var replaced: MediaFile?
        /// Whether nothing was done: the file came with the same grant before.
        package var isRepeated = false
    }

    /// Publishes a staged file. When this returns, the file is durable in the tree and in the catalog.
    ///
    /// Runs to its end also when the calling task is cancelled: a client that goes away must not leave a commit half done.
    package func publish(_ publication: Publication) async throws(MediaError) -> Published {
        try await self.uncancelled {
            let lock = Self.lockName(publication.collection, publication.name)
            return try await self.locks.withLocks(on: [lock]) { try await self.publishLocked(publication) }
        }
    }

    static func lockName(_ collection: String, _ name: MediaName) -> String { "\(collection)/\(name.text)" }

    // MARK: Under the name's lock

    private func publishLocked(_ publication: Publication) async throws -> Published {
        let existing = try await self.catalog.file(collection: publication.collection, name: publication.name)
        let version = try await publication.staged.synchronize(after: existing?.version.modifiedAt)
        self.observe(.synchronized)
        let uploaded = publication.rewriting?.uploadedDigest ?? version.digest
        if let expected = publication.expectedDigest, expected != uploaded {
            throw MediaError(
                .checksumMismatch,
                "The file's SHA-256 is \(uploaded.hex), not the \(expected.hex) that was announced."
            )
        }
        if let repeated = try await self.repeated(publication, of: uploaded) { return repeated }
        guard existing == nil || publication.mayReplace else {
            throw MediaError(
                .nameTaken,
                """
                There is already a file named \(publication.name) in \(publication.collection). Choose another name, or \
                ask for the replacement with ?replace=true where the collection allows it.
                """,
                details: existing.map { ["path": [$0.path.text]] } ?? [:]
            )
        }
        try Self.checkRights(of: publication, existing: existing)
        let intent = self.intent(for: publication, version: version, existing: existing)
        do {
            let grant = publication.upload == nil ? publication.conditions.grant : nil
            try await self.catalog.begin(intent, under: CommitTerms(grant: grant, quota: self.ownerQuota))
            self.observe(.intentRecorded)
            // From here on nobody else commits on this name; before, another process may have.
            let current = try await self.catalog.file(collection: publication.collection, name: publication.name)
            // Facts that were filled in meanwhile, or a focal point, are nobody's commit.
            guard current?.id == existing?.id, current?.path == existing?.path, current?.version == existing?.version
            else {
                throw MediaError(.nameBusy, "Another process recorded a file of this name just now. Try again.")
            }
            try await self.tree.publish(
                publication.staged.name,
                owner: intent.owner,
                to: intent.file.path,
                replacing: existing?.path == intent.file.path
            )
        } catch {
            // Nothing was moved: the intent is withdrawn, now or, without a database, as soon as it is back. That also goes for
            // one that may or may not have reached the database.
            await self.settleOrDefer(intent, after: error)
            await publication.staged.discard()
            throw error
        }
        self.observe(.renamed)
        do {
            try await self.tree.synchronizeFolder(of: intent.file.path)
            self.observe(.folderSynchronized)
            try await self.catalog.finish(intent)
        } catch {
            // The file is in the tree: from here on the commit only goes forward, but the client cannot be told "done".
            self.unsettled.add(intent)
            throw error
        }
        self.observe(.recorded)
        if intent.obsoletePath != nil {
            do {
                try await self.removeObsolete(intent)
            } catch {
                // Committed all the same; what is left over is removed later.
                self.unsettled.add(intent)
            }
        }
        return Published(file: intent.file, replaced: existing)
    }

    private func intent(for publication: Publication, version: FileVersion, existing: MediaFile?) -> CommitIntent {
        let now = self.clock().notBefore(existing?.updatedAt)
        let path = MediaPath(
            collection: publication.collection,
            name: publication.name,
            type: publication.inspection.type
        )
        var file = MediaFile(
            id: existing?.id ?? MediaID(now: now),
            collection: publication.collection,
            name: publication.name,
            path: path,
            type: publication.inspection.type,
            version: version,
            originalFilename: publication.originalFilename,
            owner: existing?.owner ?? publication.owner,
            rewriting: publication.rewriting,
            createdAt: existing?.createdAt ?? now,
            updatedAt: now
        )
        file.takeFacts(of: publication.inspection)
        if existing?.version.digest == version.digest { file.focalPoint = existing?.focalPoint }
        return CommitIntent(
            id: MediaID(now: now),
            kind: .publish,
            phase: .pending,
            owner: self.staging.owner,
            stagingName: publication.staged.name,
            file: file,
            obsoletePath: existing.flatMap { $0.path == path ? nil : $0.path },
            upload: publication.upload
        )
    }

    func uncancelled<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws(MediaError) -> Result {
        do {
            return try await Task { try await body() }.value
        } catch let error as MediaError {
            throw error
        } catch is NameLocks.LineTooLong {
            throw MediaError(.nameBusy, "Too many uploads to this name are waiting. Try again in a moment.")
        } catch {
            throw MediaError(.internalError, "The commit failed for a reason it should not have.", cause: error)
        }
    }
}
