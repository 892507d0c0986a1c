package import MediaCore

extension ResumableUploadService {
    /// Takes a request's bytes. When this returns they are durable.
    ///
    /// When it throws, whatever came is kept all the same (but for verified requests), and is durable too.
    /// - Throws: `offset_mismatch`, `length_mismatch`, `upload_too_long`, `checksum_mismatch`, `upload_final`,
    ///   `upload_complete`, `upload_locked`, `upload_interrupted`, `upload_stalled`, `upload_incomplete`, `shutting_down`, `busy`,
    ///   `storage_full`, `staging_quota`, `not_found`, `upload_gone`.
    package func append(
        _ request: Append,
        to id: UploadID,
        for client: Client,
        body: BodySource
    ) async throws(MediaError) -> Status {
        let upload = try await self.find(id, for: client)
        if case .final = upload.kind {
            throw MediaError(.uploadFinal, "This upload is a concatenation; nothing can be appended to it.")
        }
        if upload.kind == .partial, request.ending == .now {
            throw MediaError(
                .invalidRequest,
                "A part of a concatenation is not completed by itself; send Upload-Complete: ?0."
            )
        }
        guard upload.state == .receiving else { return try await self.repeatEnd(request, of: upload, for: client) }
        switch try await self.leases.acquire(id, yieldsToNewer: true) {
        case .settled(let upload): return try await self.repeatEnd(request, of: upload, for: client)
        case .acquired(let file):
            return try await self.append(request, to: id, holding: file, for: client, body: body)
        }
    }

    /// A request to an upload that has all its bytes: harmless when it brings none, and asks for the end once more. A client
    /// that lost the last response hears it again; one whose upload failed has it tried again.
    private func repeatEnd(
        _ request: Append,
        of upload: Upload,
        for client: Client
    ) async throws(MediaError) -> Status {
        // A body that does not say its length is taken for an empty one; nothing of it is kept.
        let bodyLength = request.bodyLength?.bytes ?? 0
        guard let length = upload.length, request.offset == length, bodyLength == 0, request.ending != .later else {
            throw Self.refusal(of: request, to: upload, bodyLength)
        }
        guard upload.state == .failed else {
            return request.ending == .atLength ? try await self.decided(upload) : self.settled(upload)
        }
        let conditions = upload.conditions
        return try await self.processAgain(upload.id, changing: .init(), for: client) { (_) throws(MediaError) in
            conditions
        }
    }

    private static func refusal(of request: Append, to upload: Upload, _ bodyLength: Int64) -> MediaError {
        // A client that is told where a failed upload ends would take that for its success.
        if let problem = upload.problem { return problem.error }
        guard let length = upload.length, request.offset == length else {
            return .offsetMismatch(expected: upload.length ?? ByteCount(bytes: 0), provided: request.offset)
        }
        if bodyLength == 0 {
            return MediaError(.uploadComplete, "The upload is complete; nothing can be appended to it.")
        }
        if request.ending == .atLength {
            return MediaError(.uploadTooLong, "The upload has all its \(length.bytes) bytes; no more are taken.")
        }
        let (sum, isOverflow) = length.bytes.addingReportingOverflow(bodyLength)
        return .lengthMismatch(known: length, given: isOverflow ? .max : sum)
    }

    // MARK: Holding the lease

    private func append(
        _ request: Append,
        to id: UploadID,
        holding file: any UploadFile,
        for client: Client,
        body: BodySource
    ) async throws(MediaError) -> Status {
        let heldSince = self.clock()
        var upload: Upload
        do throws(MediaError) {
            // Again: while this request waited, another one may have declared the length.
            upload = try await self.records.find(id)
        } catch {
            await file.release()
            throw error
        }
        guard upload.state == .receiving else {
            await file.release()
            return try await self.repeatEnd(request, of: upload, for: client)
        }
        let whole: Upload?
        var offset = file.offset
        do throws(MediaError) {
            guard request.offset == offset else { throw .offsetMismatch(expected: offset, provided: request.offset) }
            upload = try await self.reserve(for: request, of: upload)
            offset = try await self.receive(request, into: file, heldSince: heldSince, of: upload, body: body)
            whole = try request.completed(upload, at: offset)
            if whole == nil, upload.length == nil { try await self.quota.count(offset, of: upload) }
        } catch {
            if error.code == .uploadTooLong, request.ending != .atLength {
                // The protocol's own rule: an upload that got more than its length is of no more use.
                _ = try? await self.records.end(upload, as: .terminated)
                if (try? await file.remove()) == nil { await file.release() }
            } else {
                // What came before it failed takes room all the same.
                if upload.length == nil { _ = try? await self.quota.count(file.offset, of: upload) }
                await file.release()
            }
            throw error
        }
        guard let whole else {
            await file.release()
            return self.status(upload, offset: offset, lastActivity: self.clock())
        }
        let job = try await self.pipeline.begin(whole, holding: file)
        guard request.ending == .atLength else { return Status(upload: job.upload, offset: offset) }
        let outcome = await job.outcome(atMost: self.settings.completionWait)
        return Status(upload: outcome?.upload ?? job.upload, offset: offset, file: outcome?.file)
    }

    /// Records what the request says of the upload's length, and reserves the bytes it announces.
    private func reserve(for request: Append, of upload: Upload) async throws(MediaError) -> Upload {
        let declared = try request.declaredLength(of: upload, atMost: self.maximumSize)
        guard upload.length == nil else { return upload }
        let limit = try self.files.sizeLimit(of: upload)
        if let declared {
            guard declared <= limit.size else { throw limit.excess }
            if let size = upload.conditions.size, upload.kind != .partial, declared < size {
                throw .lengthMismatch(known: size, given: declared.bytes)
            }
            return try await self.quota.declareLength(declared, of: upload)
        }
        guard let end = request.announcedEnd(atMost: limit.size) else { return upload }
        return try await self.quota.reserve(upTo: end, for: upload)
    }

    /// How many bytes the request may bring.
    private func room(of upload: Upload, at offset: ByteCount) async throws(MediaError) -> StagingQuota.Room {
        if let length = upload.length { return .init(bytes: ByteCount(bytes: length.bytes - offset.bytes)) }
        return try await self.quota.room(for: upload, at: offset, limit: try self.files.sizeLimit(of: upload))
    }

    private func receive(
        _ request: Append,
        into file: any UploadFile,
        heldSince: Timestamp,
        of upload: Upload,
        body: BodySource
    ) async throws(MediaError) -> ByteCount {
        let room = try await self.room(of: upload, at: file.offset)
        return try await self.leases.receive(upload.id, since: heldSince) { (interruption) async throws(MediaError) in
            let start = file.offset
            let append = try await file.append(verified: request.isVerified)
            let transfer = self.progress.begin(upload, at: start, append)
            defer { self.progress.end(transfer) }
            let body = await body(append, room.bytes, interruption)
            // A checksum may also come behind a body without having been announced.
            // Nor having been readable: that is the only failure of this kind.
            let isUnreadable = body.failure?.code == .invalidRequest
            guard request.isVerified || body.checksum != nil || isUnreadable else {
                let offset = try await append.commit()
                if let failure = body.failure { throw room.explain(failure) }
                return offset
            }
            return try await Self.commit(append, verifying: body, room)
        }
    }

    /// Keeps all bytes of a request, or, when they do not come whole or have another checksum, none.
    private static func commit(
        _ append: any UploadAppend,
        verifying body: Body,
        _ room: StagingQuota.Room
    ) async throws(MediaError) -> ByteCount {
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
}
