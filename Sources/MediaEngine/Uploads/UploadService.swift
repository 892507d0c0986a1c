package import MediaCore

/// Takes uploads in: staged bytes become files of a collection, or are refused with nothing left behind.
///
/// ```swift
/// let staged = try await uploads.stage()
/// try await staged.append(bytes)
/// let collection = try uploads.collection(named: "posters")
/// let files = try await uploads.store(
///     [.init(staged: staged, name: "alien", originalFilename: nil)], in: collection, replace: true)
/// ```
package struct UploadService: Sendable {
    let collections: [MediaCollection]
    let room: StorageRoom
    let catalog: any Catalog
    private let staging: any Staging
    private let inspector: any Inspector
    private let rewriter: UploadRewriter
    private let commits: CommitService
    private let limits: ImageLimits
    let clock: WallClock
    let ownerQuota: OwnerQuota
    private let changes: ChangeDispatcher

    /// - Parameter changes: told of each file that is published, before ``store(_:in:replace:)`` returns.
    init(
        collections: [MediaCollection],
        room: StorageRoom,
        catalog: any Catalog,
        staging: any Staging,
        inspector: any Inspector,
        rewriter: any Rewriter,
        commits: CommitService,
        limits: ImageLimits,
        clock: @escaping WallClock,
        ownerQuota: OwnerQuota,
        changes: ChangeDispatcher
    ) {
        self.collections = collections
        self.room = room
        self.catalog = catalog
        self.staging = staging
        self.inspector = inspector
        self.rewriter = UploadRewriter(
            staging: staging,
            rewriter: rewriter,
            inspector: inspector,
            limits: limits,
            observe: commits.observe
        )
        self.commits = commits
        self.limits = limits
        self.clock = clock
        self.ownerQuota = ownerQuota
        self.changes = changes
    }

    /// One file of an upload: bytes in the staging area, and what the client said about them.
    package struct Candidate: Sendable {
        /// The bytes, in the staging area.
        package var staged: any StagedFile
        /// The name the client wants; nil leaves it to us.
        package var name: String?
        /// What the client called the file; nil when it did not say.
        package var originalFilename: String?
        /// The resumable upload that it came with.
        package var upload: UploadID?
        /// What the bytes must hash to; anything else is refused.
        package var expectedDigest: Digest?
        /// Whose file it will be; nil for nobody's in particular.
        package var owner: String?
        /// What it may become.
        package var conditions: UploadConditions

        package init(
            staged: any StagedFile,
            name: String?,
            originalFilename: String?,
            upload: UploadID? = nil,
            expectedDigest: Digest? = nil,
            owner: String? = nil,
            conditions: UploadConditions = .none
        ) {
            self.staged = staged
            self.name = name
            self.originalFilename = originalFilename
            self.upload = upload
            self.expectedDigest = expectedDigest
            self.owner = owner
            self.conditions = conditions
        }
    }

    /// Whether a file of this resumable upload is on its way into the tree, or there without its record.
    func hasOpenCommit(of upload: UploadID) async throws(MediaError) -> Bool {
        try await self.catalog.openIntents().contains { $0.upload == upload }
    }

    /// Makes an empty file in the staging area, for the bytes of a ``Candidate``. Whoever makes it stores or discards it.
    package func stage() async throws(MediaError) -> any StagedFile { try await self.staging.stage() }

    /// Inspects the candidates, rewrites them where the collection says so, and takes all of them into the tree.
    ///
    /// All are inspected before the first is committed, so that a refused file keeps the others out too. Whatever happens,
    /// no staged file is left.
    /// - Throws: ``MediaError``; when a later commit of several fails, `details["committed"]` has the paths that are in.
    package func store(
        _ candidates: [Candidate],
        in collection: MediaCollection,
        replace: Bool
    ) async throws(MediaError) -> [MediaFile] {
        var publications: [CommitService.Publication] = []
        do {
            try await self.prepare(candidates, in: collection, replace: replace, into: &publications)
            return try await self.commitAll(publications)
        } catch {
            for candidate in candidates { await candidate.staged.discard() }
            for publication in publications { await publication.staged.discard() }
            throw error
        }
    }

    /// - Parameter publications: one for each candidate so far, also when this throws: the caller has to discard what is staged.
    private func prepare(
        _ candidates: [Candidate],
        in collection: MediaCollection,
        replace: Bool,
        into publications: inout [CommitService.Publication]
    ) async throws(MediaError) {
        for candidate in candidates {
            publications.append(try await self.publication(of: candidate, in: collection, replace: replace))
        }
        let names = publications.map(\.name)
        guard Set(names).count == names.count else {
            throw MediaError(.invalidName, "Two files of this upload have the same name. Give each its own.")
        }
    }

    /// What a candidate becomes in the tree, once its bytes are inspected and rewritten.
    private func publication(
        of candidate: Candidate,
        in collection: MediaCollection,
        replace: Bool
    ) async throws(MediaError) -> CommitService.Publication {
        let collection = collection.narrowed(by: candidate.conditions)
        let name = try self.name(candidate.name, in: collection)
        let size = await candidate.staged.size
        guard size.bytes > 0 else {
            throw Self.empty
        }
        guard size <= collection.maximumSize else { throw Self.tooLarge(collection) }
        if let exact = candidate.conditions.size, size != exact {
            throw .lengthMismatch(known: exact, given: size.bytes)
        }
        let file = try await candidate.staged.open()
        let inspection = try await self.inspector.inspect(
            file,
            allowedTypes: collection.allowedTypes,
            limits: self.limits
        )
        guard collection.allows(inspection.type) else {
            throw MediaError(
                .typeNotAllowed,
                """
                The file is \(inspection.type), going by its bytes; \(collection.name) takes \
                \(collection.allowedTypes.joined(separator: ", ")).
                """,
                details: ["found": [inspection.type.essence], "allowed": .texts(collection.allowedTypes)]
            )
        }
        let rewritten = try await self.rewriter.rewrite(candidate.staged, inspection, in: collection)
        if rewritten != nil { await candidate.staged.discard() }
        return CommitService.Publication(
            staged: rewritten?.staged ?? candidate.staged,
            collection: collection.name,
            name: name ?? MediaName(generatedFrom: MediaID(now: self.clock())),
            inspection: rewritten?.inspection ?? inspection,
            originalFilename: candidate.originalFilename,
            mayReplace: Self.mayReplace(collection, asked: replace),
            upload: candidate.upload,
            expectedDigest: candidate.expectedDigest ?? candidate.conditions.digest,
            owner: candidate.owner,
            conditions: candidate.conditions,
            rewriting: rewritten?.rewriting
        )
    }

    /// Nothing can be made of no byte.
    static var empty: MediaError { MediaError(.emptyFile, "The file is empty. Send at least one byte.") }

    private func commitAll(_ publications: [CommitService.Publication]) async throws(MediaError) -> [MediaFile] {
        var files: [MediaFile] = []
        for publication in publications {
            do {
                let published = try await self.commits.publish(publication)
                if !published.isRepeated {
                    await self.changes.dispatch(.published(published.file, replaced: published.replaced))
                }
                files.append(published.file)
            } catch {
                var error = error
                if !files.isEmpty { error.details["committed"] = .texts(files.map(\.path.text)) }
                throw error
            }
        }
        return files
    }
}
