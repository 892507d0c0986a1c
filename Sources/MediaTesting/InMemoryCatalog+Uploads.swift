package import MediaCore

extension InMemoryCatalog {
    @discardableResult
    package func create(_ upload: Upload, within quota: UploadQuota) async throws(MediaError) -> Upload {
        try self.transaction { state throws(MediaError) in
            try Self.check(upload)
            if upload.kind != .partial, let grant = upload.conditions.grant,
                let present = try Self.claim(grant, for: .upload(upload.id), in: &state)
            {
                return present
            }
            let open = state.uploads.values.filter { Upload.State.open.contains($0.state) }
            // By bytes, as the database compares: to Swift two spellings of a letter are one.
            let own = open.filter { $0.client.utf8.elementsEqual(upload.client.utf8) }
            guard own.count < quota.maximumOpenPerClient else {
                throw MediaError(
                    .tooManyUploads,
                    "There are \(own.count) unfinished uploads of this client, and \(quota.maximumOpenPerClient) are allowed.",
                    details: ["open": .number(Int64(own.count)), "allowed": .number(Int64(quota.maximumOpenPerClient))]
                )
            }
            let reserved = Self.reservation(of: open)
            let (sum, overflow) = reserved.bytes.addingReportingOverflow(upload.reserved.bytes)
            guard !overflow, sum <= quota.maximumStagingSize.bytes else {
                throw MediaError(
                    .stagingQuota,
                    "The unfinished uploads take \(reserved) of \(quota.maximumStagingSize); \(upload.reserved) do not fit.",
                    details: [
                        "reserved": .number(reserved.bytes), "needed": .number(upload.reserved.bytes),
                        "allowed": .number(quota.maximumStagingSize.bytes),
                    ]
                )
            }
            try Self.checkOwner(of: upload, within: quota.owner, in: state)
            guard state.uploads[upload.id] == nil else { throw MediaError(.internalError, "The id is taken.") }
            state.uploads[upload.id] = upload
            return upload
        }
    }

    private static func checkOwner(of upload: Upload, within quota: OwnerQuota, in state: State) throws(MediaError) {
        try Self.checkQuota(
            quota,
            of: upload.owner,
            adding: upload.reserved,
            without: nil,
            target: upload.target.place,
            in: state
        )
        guard upload.kind == .partial, let begun = upload.beganWith, upload.conditions.grant != nil else { return }
        let parts = state.uploads.values.filter { other in
            other.beganWith == begun && other.kind == .partial && Upload.State.open.contains(other.state)
        }
        try upload.checkParts(reserved: Self.reservation(of: parts))
    }

    package func upload(id: UploadID) async throws(MediaError) -> Upload? {
        try self.transaction { state throws(MediaError) in state.uploads[id] }
    }

    package func uploads(ids: Set<UploadID>) async throws(MediaError) -> [Upload] {
        try self.transaction { state throws(MediaError) in ids.compactMap { state.uploads[$0] } }
    }

    package func update(_ upload: Upload, from states: Set<Upload.State>) async throws(MediaError) -> Bool {
        try self.transaction { state throws(MediaError) in
            try Self.check(upload)
            guard var present = state.uploads[upload.id], states.contains(present.state) else { return false }
            present.length = upload.length
            present.reserved = upload.reserved
            present.target = upload.target
            present.conditions = upload.conditions
            present.state = upload.state
            present.fileID = upload.fileID
            present.problem = upload.problem
            present.updatedAt = upload.updatedAt
            present.expiresAt = upload.expiresAt
            if present.state == .failed, state.uploads[upload.id]?.state != .failed {
                state.log.appendFailure(of: present)
            }
            state.uploads[upload.id] = present
            return true
        }
    }

    package func reservedBytes() async throws(MediaError) -> ByteCount {
        try self.transaction { state throws(MediaError) in
            Self.reservation(of: state.uploads.values.filter { Upload.State.open.contains($0.state) })
        }
    }

    package func uploads(in wanted: Upload.State, limit: Int) async throws(MediaError) -> [Upload] {
        try self.transaction { state throws(MediaError) in
            let found = state.uploads.values.filter { $0.state == wanted }
            return Array(found.sorted { ($0.createdAt, $0.id.text) < ($1.createdAt, $1.id.text) }.prefix(limit))
        }
    }

    package func expired(before time: Timestamp, limit: Int) async throws(MediaError) -> [Upload] {
        try self.transaction { state throws(MediaError) in
            var needed: Set<UploadID> = []
            for case .final(let parts) in state.uploads.values.filter({ $0.state == .processing }).map(\.kind) {
                needed.formUnion(parts)
            }
            let found = state.uploads.values.filter { upload in
                [.receiving, .failed].contains(upload.state) && upload.expiresAt < time
                    && !(upload.kind == .partial && needed.contains(upload.id))
            }
            return Array(found.sorted { ($0.expiresAt, $0.id.text) < ($1.expiresAt, $1.id.text) }.prefix(limit))
        }
    }

    package func shortenExpiry(after time: Timestamp, to expiry: Timestamp) async throws(MediaError) -> Int {
        try self.transaction { state throws(MediaError) in
            let long = state.uploads.values.filter {
                ($0.state == .receiving || $0.state == .failed) && $0.expiresAt > time
            }
            for upload in long { state.uploads[upload.id]?.expiresAt = expiry }
            return long.count
        }
    }

    package func forgetEnded(before time: Timestamp) async throws(MediaError) -> Int {
        try self.transaction { state throws(MediaError) in
            let ended = state.uploads.values.filter {
                !Upload.State.open.contains($0.state) && $0.updatedAt < time
            }
            for upload in ended { state.uploads[upload.id] = nil }
            state.grants = state.grants.filter { _, used in
                guard used.expiresAt < GrantClaim.horizon(at: time) else { return true }
                guard case .upload(let id) = used.claimant, let upload = state.uploads[id] else { return false }
                return Upload.State.open.contains(upload.state)
            }
            return ended.count
        }
    }

    package func requestTakeover(of id: UploadID, asked time: Timestamp) async throws(MediaError) {
        let tell = try self.transaction { state throws(MediaError) in
            state.takeoverRequests.append(id)
            state.log.tell(.uploadTakeoverRequested(id, asked: time))
            return state.onTakeoverRequest
        }
        tell?(id, time)
    }

    /// Marks the upload complete, as part of finishing its commit.
    static func complete(_ id: UploadID, with file: MediaFile, in state: inout State) {
        guard let upload = state.uploads[id], Upload.State.open.contains(upload.state) else { return }
        state.uploads[id] = upload.completed(by: file)
    }

    /// What the database's own checks refuse.
    private static func check(_ upload: Upload) throws(MediaError) {
        let target = upload.target
        let texts = [
            target.collection, target.name, target.filename, target.filetype, upload.metadata, upload.concatenation,
            upload.client, upload.owner, upload.beganWith,
        ]
        guard !texts.contains(where: { $0?.utf8.contains(0) ?? false }) else {
            throw MediaError(.invalidRequest, "A text holds the character U+0000, which cannot be kept. Leave it out.")
        }
        guard upload.reserved.bytes >= 0, upload.length.map({ $0.bytes >= 0 }) ?? true else {
            throw MediaError(.internalError, "A number of bytes is below zero.")
        }
    }

    private static func reservation(of uploads: some Sequence<Upload>) -> ByteCount {
        ByteCount(
            bytes: uploads.reduce(0) { sum, upload in
                let (next, overflow) = sum.addingReportingOverflow(upload.reserved.bytes)
                return overflow ? .max : next
            }
        )
    }
}
