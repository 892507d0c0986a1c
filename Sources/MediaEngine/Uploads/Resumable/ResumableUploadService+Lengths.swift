import MediaCore

/// How long an upload is, how much of it a request may bring, and what the quota says to that.
extension ResumableUploadService {
    func declaringLength(of request: Append, for upload: Upload) async throws(MediaError) -> Upload {
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

    func checkSize(_ length: ByteCount, of upload: Upload) throws(MediaError) {
        guard length > (try self.maximumSize(of: upload.target)) else { return }
        throw try self.tooLarge(upload.target)
    }

    /// What a request may bring.
    struct Room {
        var bytes: ByteCount
        /// What it means when more comes and the length is not known: the bound is then another one.
        var excess: MediaError?

        func explain(_ failure: MediaError) -> MediaError {
            failure.code == .uploadTooLong ? self.excess ?? failure : failure
        }
    }

    func room(of upload: Upload, at offset: ByteCount) async throws(MediaError) -> Room {
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

    func tooLarge(_ target: Upload.Target) throws(MediaError) -> MediaError {
        guard let name = target.collection else { return UploadService.tooLarge(forAll: self.maximumSize) }
        return UploadService.tooLarge(try self.uploads.collection(named: name))
    }

    func checkQuota(_ growth: Int64) async throws(MediaError) {
        guard growth > 0 else { return }
        let reserved = try await self.catalog.reservedBytes().bytes
        guard self.settings.quota.maximumStagingSize.bytes - reserved >= growth else { throw self.stagingIsFull }
    }

    var stagingIsFull: MediaError {
        MediaError(
            .stagingQuota,
            """
            All open uploads together may take \(self.settings.quota.maximumStagingSize); this one does not fit beside the \
            others. Try again when some are done.
            """
        )
    }

    /// Counts the bytes of a request to a deferred upload before they come, so that several at once cannot use the same room.
    func reservingAhead(of request: Append, for upload: Upload) async throws(MediaError) -> Upload {
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
    func reserve(_ offset: ByteCount, for upload: Upload) async throws(MediaError) {
        guard offset != upload.reserved else { return }
        var present = upload
        present.reserved = offset
        present.updatedAt = self.clock()
        _ = try await self.catalog.update(present, from: [.receiving])
    }

    func isEnd(
        _ request: Append,
        of upload: inout Upload,
        at offset: ByteCount
    ) throws(MediaError) -> Bool {
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
}
