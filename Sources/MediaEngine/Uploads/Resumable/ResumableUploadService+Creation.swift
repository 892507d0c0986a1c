import Access
package import MediaCore

extension ResumableUploadService {
    /// What a client announces.
    package struct Creation: Sendable {
        /// The protocol of the request.
        package var transport: Upload.Transport
        /// A part of a later concatenation.
        package var isPartial: Bool
        /// Nil: comes later.
        package var length: ByteCount?
        /// Where the file is to go.
        package var target: Upload.Target
        /// What the client sent as `Upload-Metadata` (tus); nil when it sent none.
        package var metadata: String?
        /// What the client sent as `Upload-Concat` (tus); nil when it sent none.
        package var concatenation: String?
        /// What all bytes must hash to; nil when the client did not say.
        package var expectedDigest: Digest?
        /// What a grant, and the rights of the client, allow.
        package var conditions: UploadConditions

        package init(
            transport: Upload.Transport,
            isPartial: Bool = false,
            length: ByteCount?,
            target: Upload.Target,
            metadata: String? = nil,
            concatenation: String? = nil,
            expectedDigest: Digest? = nil,
            conditions: UploadConditions = .none
        ) {
            self.transport = transport
            self.isPartial = isPartial
            self.length = length
            self.target = target
            self.metadata = metadata
            self.concatenation = concatenation
            self.expectedDigest = expectedDigest
            self.conditions = conditions
        }
    }

    /// Makes an upload. When this returns, it survives a crash. With a grant that an upload was begun with before, it is that one.
    /// - Throws: `grant_used`, `token_expired`, `owner_quota`, `invalid_request` when no collection is named, `unknown_collection`, `invalid_name`, `empty_file`, `file_too_large`,
    ///   `too_many_uploads`, `staging_quota`, `storage_full`.
    package func create(_ creation: Creation, for client: Client) async throws(MediaError) -> Status {
        var creation = creation
        try self.check(&creation)
        if let begun = try await self.begun(before: creation, isBegun: false, for: client) { return begun }
        let kind: Upload.Kind = creation.isPartial ? .partial : .whole
        switch try await self.recordOrFind(creation, kind: kind, for: client) {
        case .found(let status): return status
        case .recorded(let upload):
            self.records.remember(upload)
            return self.status(upload, offset: ByteCount(bytes: 0), lastActivity: upload.createdAt)
        }
    }

    /// Makes an upload of finished partial ones, one behind the other. The work goes on behind the response when it takes longer
    /// than `completionWait`.
    /// - Throws: `unusable_part`, and what ``create(_:for:)`` throws.
    package func concatenate(
        _ parts: [UploadID],
        as creation: Creation,
        for client: Client
    ) async throws(MediaError) -> Status {
        var creation = creation
        let (length, isBegun) = try await self.length(of: parts, with: creation.conditions.grant, for: client)
        creation.length = length
        try self.check(&creation)
        if let begun = try await self.begun(before: creation, isBegun: isBegun, for: client) { return begun }
        let upload: Upload
        switch try await self.recordOrFind(creation, kind: .final(parts: parts), for: client) {
        case .found(let status): return status
        case .recorded(let recorded): upload = recorded
        }
        let job: UploadPipeline.Job
        do throws(MediaError) {
            job = try await self.beginPipeline(withNew: upload)
        } catch {
            // Nobody knows its name: it would take room until it expires. Whatever is left of it is swept.
            _ = try? await self.records.end(upload, as: .terminated)
            _ = try? await self.store.remove(upload.id)
            throw error
        }
        return try await self.statusAfterWaiting(for: job, client)
    }

    /// Begins to make a file of an upload that no request can know yet, and that needs no byte from any.
    ///
    /// Its bytes may be locked all the same for as long as a child process that is being started has a copy of a descriptor, and
    /// while another process looks whether the new folder was left behind. The lease waits for both.
    private func beginPipeline(withNew upload: Upload) async throws(MediaError) -> UploadPipeline.Job {
        guard case .acquired(let file) = try await self.leases.acquire(upload.id, yieldsToNewer: false) else {
            throw MediaError(.internalError, "A new upload was taken by somebody else.")
        }
        return try await self.pipeline.begin(upload, holding: file)
    }

    /// How an upload stands that was given to the pipeline, at the latest after `completionWait`.
    func statusAfterWaiting(for job: UploadPipeline.Job, _ client: Client) async throws(MediaError) -> Status {
        let outcome = await job.outcome(atMost: self.settings.completionWait)
        if let outcome { return self.settled(outcome) }
        return try await self.status(of: job.upload.id, for: client)
    }

    // MARK: Checking

    private func check(_ creation: inout Creation) throws(MediaError) {
        if let expected = creation.conditions.digest {
            guard creation.expectedDigest == nil || creation.expectedDigest == expected else {
                throw MediaError(.checksumMismatch, "The grant is for a file with another SHA-256.")
            }
            creation.expectedDigest = expected
        }
        // What becomes of a part is decided by the whole.
        guard !creation.isPartial else {
            let most = creation.conditions.maximumSize(within: self.maximumSize)
            if let length = creation.length, length > most { throw UploadService.tooLarge(forAll: most) }
            return
        }
        try self.check(creation.target, creation.conditions, length: creation.length)
        // A client that has nothing to send would take the creation itself for the end.
        guard creation.length?.bytes != 0 else { throw UploadService.empty }
    }

    /// Checks, before any byte comes, what is known of where an upload is to go and how long it is.
    func check(
        _ target: Upload.Target,
        _ conditions: UploadConditions,
        length: ByteCount?
    ) throws(MediaError) {
        guard let name = target.collection ?? self.settings.defaultCollection else {
            if let length, length > self.maximumSize { throw UploadService.tooLarge(forAll: self.maximumSize) }
            throw self.files.missingCollection
        }
        let collection = try self.files.collection(named: name).narrowed(by: conditions)
        try self.files.precheck(collection: collection, name: target.name, size: length)
        if let length, let size = conditions.size, length < size {
            throw .lengthMismatch(known: size, given: length.bytes)
        }
    }

    /// - Returns: the length of all parts, and whether all of them were begun with the grant.
    private func length(
        of parts: [UploadID],
        with grant: GrantClaim?,
        for client: Client
    ) async throws(MediaError) -> (ByteCount, isBegun: Bool) {
        guard !parts.isEmpty else { throw .unusablePart("A concatenation needs at least one upload.") }
        let records = try await self.catalog.uploads(ids: Set(parts))
        var sum: Int64 = 0
        for id in parts {
            guard let part = records.first(where: { $0.id == id }), client.mayUse(part),
                part.state == .receiving
            else { throw .unusablePart("There is no upload \(id) to concatenate.") }
            guard part.kind == .partial else { throw .unusablePart("The upload \(id) is not a partial one.") }
            guard let progress = try await self.store.progress(of: id), let length = part.length,
                progress.offset == length
            else { throw .unusablePart("The upload \(id) is not finished yet.") }
            let (next, isOverflow) = sum.addingReportingOverflow(length.bytes)
            guard !isOverflow else { throw UploadService.tooLarge(forAll: self.maximumSize) }
            sum = next
        }
        let isBegun = grant != nil && records.allSatisfy { $0.conditions.grant?.id == grant?.id }
        return (ByteCount(bytes: sum), isBegun)
    }

    // MARK: Recording

    private enum Outcome {
        case recorded(Upload)
        case found(Status)
    }

    /// Records an upload, or finds the one that was begun with its grant. One that is found and whose time is over gives the grant back.
    private func recordOrFind(
        _ creation: Creation,
        kind: Upload.Kind,
        for client: Client
    ) async throws(MediaError) -> Outcome {
        for isLast in [false, true] {
            let upload = self.record(of: creation, kind: kind, for: client)
            let present = try await self.record(upload)
            if present.id == upload.id { return .recorded(upload) }
            do throws(MediaError) {
                return .found(try await self.found(present, by: creation, for: client))
            } catch  where error.code == .uploadGone && !isLast {
                continue
            }
        }
        throw .grantBusy
    }

    private func record(of creation: Creation, kind: Upload.Kind, for client: Client) -> Upload {
        let now = self.clock()
        return Upload(
            id: UploadID(),
            transport: creation.transport,
            kind: kind,
            length: creation.length,
            target: creation.target,
            metadata: creation.metadata,
            concatenation: creation.concatenation,
            expectedDigest: creation.expectedDigest,
            client: client.key,
            owner: client.principal.subject,
            beganWith: client.principal.credential?.text,
            conditions: creation.conditions,
            createdAt: now,
            expiresAt: self.records.expiry(after: now)
        )
    }

    /// Files first: a record without files would be an upload that lost its bytes; files without a record are swept.
    /// - Returns: the upload, or the one that was begun with its grant.
    private func record(_ upload: Upload) async throws(MediaError) -> Upload {
        try await self.store.create(upload.id)
        do {
            let present = try await self.quota.admit(upload)
            if present.id != upload.id { _ = try? await self.store.remove(upload.id) }
            return present
        } catch {
            // Whether the record is there is not known without a response; then the reaper decides.
            if error.code != .catalogUnavailable {
                _ = try? await self.store.remove(upload.id)
            }
            throw error
        }
    }
}
