package import MediaCore

extension ResumableUploadService {
    /// One request that brings bytes.
    package struct Append: Sendable {
        package var offset: ByteCount
        /// What the request says the whole upload's length is.
        package var length: ByteCount?
        /// `Content-Length`; nil when the body ends when it ends.
        package var bodyLength: ByteCount?
        /// A checksum comes with the request or behind it: its bytes count only when that is right.
        package var isVerified: Bool
        package var ending: Ending

        package init(
            offset: ByteCount,
            length: ByteCount?,
            bodyLength: ByteCount?,
            isVerified: Bool,
            ending: Ending
        ) {
            self.offset = offset
            self.length = length
            self.bodyLength = bodyLength
            self.isVerified = isVerified
            self.ending = ending
        }
    }

    /// How a request says that the upload is done.
    package enum Ending: Sendable, Hashable {
        /// When the offset has reached the length (tus).
        case atLength
        /// With this request (`Upload-Complete: ?1`).
        case now
        /// Not with this request (`Upload-Complete: ?0`).
        case later
    }

    /// What came of a request's body.
    package struct Body: Sendable {
        /// Why it did not come whole; nil when it did.
        package var failure: MediaError?
        /// What its bytes have to be verified with.
        package var checksum: Checksum?

        package init(failure: MediaError?, checksum: Checksum?) {
            self.failure = failure
            self.checksum = checksum
        }
    }

    package struct Checksum: Sendable {
        package var algorithm: ChecksumAlgorithm
        package var value: [UInt8]

        package init(algorithm: ChecksumAlgorithm, value: [UInt8]) {
            self.algorithm = algorithm
            self.value = value
        }
    }

    /// Brings a body's bytes into the sink, at most `limit` of them, until it ends or is told to.
    package typealias BodySource =
        @Sendable (_ sink: any UploadAppend, _ limit: ByteCount, _ interruption: TransferInterruption) async -> Body

    /// Takes a request's bytes. When this returns they are durable.
    ///
    /// When it throws, whatever came is kept all the same (but for verified requests), and is durable too.
    /// - Throws: `offset_mismatch`, `length_mismatch`, `upload_too_long`, `checksum_mismatch`, `upload_final`,
    ///   `upload_complete`, `upload_locked`, `upload_interrupted`, `upload_stalled`, `upload_incomplete`, `shutting_down`, `busy`,
    ///   `storage_full`, `staging_quota`, and what ``find(_:for:)`` throws.
    package func append(
        _ request: Append,
        to id: UploadID,
        for client: Client,
        body: BodySource
    ) async throws(MediaError) -> Status {
        let upload = try await self.find(id, for: client)
        try await self.checkExpiry(upload)
        if case .final = upload.kind {
            throw MediaError(.uploadFinal, "This upload is a concatenation; nothing can be appended to it.")
        }
        guard upload.state == .receiving else { return try await self.repeatEnd(request, of: upload, for: client) }
        switch try await self.hold(id, for: client, givesUp: true) {
        case .settled(let upload): return try await self.repeatEnd(request, of: upload, for: client)
        case .held(let file): return try await self.append(request, to: upload, holding: file, for: client, body: body)
        }
    }

    /// A request to an upload that has all its bytes: harmless when it brings none.
    private func repeatEnd(
        _ request: Append,
        of upload: Upload,
        for client: Client
    ) async throws(MediaError) -> Status {
        guard request.ending == .atLength || upload.state == .failed && request.ending == .now else {
            throw MediaError(.uploadComplete, "The upload is complete; nothing can be appended to it.")
        }
        guard let length = upload.length, request.offset == length else {
            throw Self.mismatch(expected: upload.length ?? ByteCount(bytes: 0), provided: request.offset)
        }
        guard request.bodyLength?.bytes == 0 else {
            throw MediaError(.uploadTooLong, "The upload has all its \(length.bytes) bytes; no more are taken.")
        }
        guard upload.state == .failed else { return self.settled(upload) }
        return try await self.processAgain(upload.id, changing: .init(), for: client)
    }

    // MARK: Holding the bytes

    private func append(
        _ request: Append,
        to remembered: Upload,
        holding file: any UploadFile,
        for client: Client,
        body: BodySource
    ) async throws(MediaError) -> Status {
        var upload: Upload
        do throws(MediaError) {
            // Again: while this request waited, another one may have declared the length.
            upload = try await self.find(remembered.id, for: client)
        } catch {
            await file.release()
            throw error
        }
        guard upload.state == .receiving else {
            await file.release()
            return try await self.repeatEnd(request, of: upload, for: client)
        }
        let isEnd: Bool
        var offset = file.offset
        do throws(MediaError) {
            guard request.offset == offset else { throw Self.mismatch(expected: offset, provided: request.offset) }
            upload = try await self.declaringLength(of: request, for: upload)
            upload = try await self.reservingAhead(of: request, for: upload)
            offset = try await self.receive(request, into: file, of: upload, body: body)
            isEnd = try await self.isEnd(request, of: &upload, at: offset)
            if upload.length == nil { try await self.reserve(offset, for: upload) }
        } catch {
            if error.code == .uploadTooLong, request.ending != .atLength {
                // The protocol's own rule: an upload that got more than its length is of no more use.
                _ = try? await self.end(upload, as: .terminated)
                if (try? await file.remove()) == nil { await file.release() }
            } else {
                // What came before it failed takes room all the same.
                if upload.length == nil { try? await self.reserve(file.offset, for: upload) }
                await file.release()
            }
            throw error
        }
        guard isEnd else {
            await file.release()
            return self.status(upload, offset: offset, lastActivity: self.clock())
        }
        try await self.beginProcessing(upload, holding: file)
        if request.ending == .atLength {
            await self.processing.wait(for: upload.id, atMost: self.settings.completionWait)
        }
        return Status(upload: upload, offset: offset, expiresAt: nil)
    }

    private func receive(
        _ request: Append,
        into file: any UploadFile,
        of upload: Upload,
        body: BodySource
    ) async throws(MediaError) -> ByteCount {
        let room = try await self.room(of: upload, at: file.offset)
        guard let interruption = self.turns.begin(upload.id, maximum: self.settings.maximumTransfers) else {
            throw MediaError(
                .busy,
                "As many uploads as this daemon takes at a time are under way. Try again in a moment."
            )
        }
        defer { self.turns.end(upload.id) }
        let append = try await file.append(verified: request.isVerified)
        let body = await body(append, room.bytes, interruption)
        // A checksum may also come behind a body without having been announced.
        guard request.isVerified || body.checksum != nil else {
            let offset = try await append.commit()
            if let failure = body.failure { throw room.explain(failure) }
            return offset
        }
        do throws(MediaError) {
            if let failure = body.failure { throw room.explain(failure) }
            if let checksum = body.checksum {
                guard try await append.checksum(checksum.algorithm) == checksum.value else {
                    throw MediaError(
                        .checksumMismatch,
                        "The bytes of this request do not have the \(checksum.algorithm.rawValue) it gave. None were kept."
                    )
                }
            }
            return try await append.commit()
        } catch {
            try await append.discard()
            throw error
        }
    }

    // MARK: Lengths

    private func declaringLength(of request: Append, for upload: Upload) async throws(MediaError) -> Upload {
        var length = request.length
        if request.ending == .now, let bodyLength = request.bodyLength {
            let (sum, isOverflow) = request.offset.bytes.addingReportingOverflow(bodyLength.bytes)
            guard !isOverflow else { throw UploadService.tooLarge(forAll: self.maximumSize) }
            guard length == nil || length?.bytes == sum else { throw Self.inconsistent(length, sum) }
            length = ByteCount(bytes: sum)
        }
        guard let length else { return upload }
        if let known = upload.length {
            guard known == length else { throw Self.inconsistent(known, length.bytes) }
            return upload
        }
        guard length >= request.offset else { throw Self.inconsistent(request.offset, length.bytes) }
        try self.checkSize(length, of: upload)
        try await self.checkQuota(length.bytes - upload.reserved.bytes)
        var known = upload
        known.length = length
        known.reserved = length
        known.updatedAt = self.clock()
        guard try await self.catalog.update(known, from: [.receiving]) else { throw Self.gone(.terminated) }
        self.memory.remember(known)
        return known
    }

    private func checkSize(_ length: ByteCount, of upload: Upload) throws(MediaError) {
        guard length > (try self.maximumSize(of: upload.target)) else { return }
        throw try self.tooLarge(upload.target)
    }

    /// What a request may bring.
    private struct Room {
        var bytes: ByteCount
        /// What it means when more comes and the length is not known: the bound is then another one.
        var excess: MediaError?

        func explain(_ failure: MediaError) -> MediaError {
            failure.code == .uploadTooLong ? self.excess ?? failure : failure
        }
    }

    private func room(of upload: Upload, at offset: ByteCount) async throws(MediaError) -> Room {
        if let length = upload.length { return Room(bytes: ByteCount(bytes: length.bytes - offset.bytes)) }
        let most = try self.maximumSize(of: upload.target).bytes - offset.bytes
        // What this upload has, and what was reserved for this request, is counted already.
        let others = try await self.catalog.reservedBytes().bytes - upload.reserved.bytes
        let free = self.settings.quota.maximumStagingSize.bytes - others - offset.bytes
        guard free > 0 else { throw self.stagingIsFull }
        return Room(
            bytes: ByteCount(bytes: min(most, free)),
            excess: free < most ? self.stagingIsFull : try self.tooLarge(upload.target)
        )
    }

    private func tooLarge(_ target: Upload.Target) throws(MediaError) -> MediaError {
        guard let name = target.collection else { return UploadService.tooLarge(forAll: self.maximumSize) }
        return UploadService.tooLarge(try self.uploads.collection(named: name))
    }

    private func checkQuota(_ growth: Int64) async throws(MediaError) {
        guard growth > 0 else { return }
        let reserved = try await self.catalog.reservedBytes().bytes
        guard self.settings.quota.maximumStagingSize.bytes - reserved >= growth else { throw self.stagingIsFull }
    }

    private var stagingIsFull: MediaError {
        MediaError(
            .stagingQuota,
            """
            All open uploads together may take \(self.settings.quota.maximumStagingSize); this one does not fit beside the \
            others. Try again when some are done.
            """
        )
    }

    /// Counts the bytes of a request to a deferred upload before they come, so that several at once cannot use the same room.
    private func reservingAhead(of request: Append, for upload: Upload) async throws(MediaError) -> Upload {
        guard upload.length == nil, let bodyLength = request.bodyLength else { return upload }
        // More than the largest is refused where it comes, not here.
        let most = try self.maximumSize(of: upload.target).bytes - request.offset.bytes
        let end = ByteCount(bytes: request.offset.bytes + max(0, min(bodyLength.bytes, most)))
        guard end > upload.reserved else { return upload }
        try await self.checkQuota(end.bytes - upload.reserved.bytes)
        try await self.reserve(end, for: upload)
        var reserved = upload
        reserved.reserved = end
        return reserved
    }

    /// What a deferred upload takes, so that the quota sees it.
    private func reserve(_ offset: ByteCount, for upload: Upload) async throws(MediaError) {
        guard offset != upload.reserved else { return }
        var present = upload
        present.reserved = offset
        present.updatedAt = self.clock()
        _ = try await self.catalog.update(present, from: [.receiving])
    }

    private func isEnd(
        _ request: Append,
        of upload: inout Upload,
        at offset: ByteCount
    ) async throws(MediaError) -> Bool {
        switch request.ending {
        case .atLength: return upload.kind == .whole && offset == upload.length
        case .later: return false
        case .now:
            guard upload.length == nil || upload.length == offset else {
                throw Self.inconsistent(upload.length, offset.bytes)
            }
            upload.length = offset
            upload.reserved = offset
            return true
        }
    }

    // MARK: Errors

    static func mismatch(expected: ByteCount, provided: ByteCount) -> MediaError {
        MediaError(
            .offsetMismatch,
            "The upload is at offset \(expected.bytes), the request at \(provided.bytes). Go on from \(expected.bytes).",
            details: ["expected-offset": [String(expected.bytes)], "provided-offset": [String(provided.bytes)]]
        )
    }

    private static func inconsistent(_ known: ByteCount?, _ given: Int64) -> MediaError {
        MediaError(
            .lengthMismatch,
            "The request makes the upload \(given) bytes long; it was announced or has come to \(known?.bytes ?? 0)."
        )
    }
}
