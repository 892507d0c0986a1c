package import MediaCore

extension ResumableUploadService {
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
        if upload.kind == .partial, request.ending == .now {
            throw MediaError(
                .invalidRequest,
                "A part of a concatenation is not completed by itself; send Upload-Complete: ?0."
            )
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
        // A body that does not say its length is taken for an empty one; nothing of it is kept.
        guard (request.bodyLength?.bytes ?? 0) == 0 else {
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
        let heldSince = self.clock()
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
            offset = try await self.receive(request, into: file, heldSince: heldSince, of: upload, body: body)
            isEnd = try self.isEnd(request, of: &upload, at: offset)
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
        heldSince: Timestamp,
        of upload: Upload,
        body: BodySource
    ) async throws(MediaError) -> ByteCount {
        let room = try await self.room(of: upload, at: file.offset)
        guard
            let interruption = self.turns.begin(
                upload.id,
                at: heldSince,
                maximum: self.settings.maximumTransfers
            )
        else {
            throw MediaError(
                .busy,
                "As many uploads as this daemon takes at a time are under way. Try again in a moment."
            )
        }
        defer { self.turns.end(upload.id) }
        let append = try await file.append(verified: request.isVerified)
        let body = await body(append, room.bytes, interruption)
        // A checksum may also come behind a body without having been announced.
        // Nor having been readable: that is the only failure of this kind.
        let isUnreadable = body.failure?.code == .invalidRequest
        guard request.isVerified || body.checksum != nil || isUnreadable else {
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

    // MARK: Errors

    static func mismatch(expected: ByteCount, provided: ByteCount) -> MediaError {
        MediaError(
            .offsetMismatch,
            "The upload is at offset \(expected.bytes), the request at \(provided.bytes). Go on from \(expected.bytes).",
            details: [
                MediaError.DetailName.expectedOffset: .number(expected.bytes),
                MediaError.DetailName.providedOffset: .number(provided.bytes),
            ]
        )
    }

    static func inconsistent(_ known: ByteCount?, _ given: Int64) -> MediaError {
        MediaError(
            .lengthMismatch,
            "The request makes the upload \(given) bytes long; it was announced or has come to \(known?.bytes ?? 0)."
        )
    }
}
