package import MediaCore

extension InMemoryCatalog {
    /// A grant that was used.
    struct UsedGrant: Sendable {
        var claimant: Claimant
        var file: MediaID?
        var expiresAt: Timestamp
    }

    /// Who has a grant.
    enum Claimant: Hashable, Sendable {
        case upload(UploadID)
        case commit(MediaID)
    }

    package func file(ofGrant id: String) async throws(MediaError) -> MediaFile? {
        try self.transaction { state throws(MediaError) in state.grants[id]?.file.flatMap { state.files[$0] } }
    }

    package func upload(ofGrant id: String) async throws(MediaError) -> Upload? {
        try self.transaction { state throws(MediaError) in
            guard case .upload(let upload) = state.grants[id]?.claimant else { return nil }
            return state.uploads[upload]
        }
    }

    package func usage(
        of owner: String,
        without upload: UploadID?,
        replacing target: Upload.Target
    ) async throws(MediaError) -> OwnerUsage {
        try self.transaction { state throws(MediaError) in
            Self.usage(of: owner, without: upload, replacing: target.place, in: state)
        }
    }

    // MARK: Inside a transaction

    /// Claims a grant.
    /// - Returns: the upload that has it and keeps it.
    static func claim(
        _ grant: GrantClaim,
        for claimant: Claimant,
        in state: inout State
    ) throws(MediaError) -> Upload? {
        guard let used = state.grants[grant.id] else {
            state.grants[grant.id] = UsedGrant(claimant: claimant, file: nil, expiresAt: grant.expiresAt)
            return nil
        }
        if case .upload(let id) = used.claimant, let upload = state.uploads[id] {
            if [.receiving, .processing, .complete].contains(upload.state) {
                if case .upload = claimant { return upload }
                throw .grantUsed("A resumable upload has begun with it; go on with that, or end it with DELETE.")
            }
            if upload.state == .failed { state.uploads[id]?.state = .terminated }
        }
        guard used.file == nil else { throw .grantUsed("One has come with this grant already.") }
        if case .commit(let id) = used.claimant, state.intents[id] != nil { throw .grantBusy }
        state.grants[grant.id]?.claimant = claimant
        return nil
    }

    /// Writes which file came with a grant, as part of finishing its commit.
    static func use(by intent: CommitIntent, in state: inout State) {
        for (id, used) in state.grants {
            switch used.claimant {
            case .commit(intent.id): state.grants[id]?.file = intent.file.id
            case .upload(let upload) where upload == intent.upload: state.grants[id]?.file = intent.file.id
            default: continue
            }
        }
    }

    static func checkQuota(
        _ quota: OwnerQuota,
        of owner: String?,
        adding size: ByteCount,
        without upload: UploadID?,
        target: (collection: String, name: String)?,
        in state: State
    ) throws(MediaError) {
        guard let owner, quota.isBounded else { return }
        try quota.check(Self.usage(of: owner, without: upload, replacing: target, in: state), size: size)
    }

    private static func usage(
        of owner: String,
        without upload: UploadID?,
        replacing target: (collection: String, name: String)?,
        in state: State
    ) -> OwnerUsage {
        func isOwn(_ other: String?) -> Bool { other?.utf8.elementsEqual(owner.utf8) == true }
        let files = state.files.values.filter { file in
            isOwn(file.owner) && !(file.collection == target?.collection && file.name.text == target?.name)
        }
        let uploads = state.uploads.values.filter { other in
            isOwn(other.owner) && Upload.State.open.contains(other.state) && other.kind != .partial
                && other.id != upload
        }
        let commits = state.intents.values.filter { intent in
            isOwn(intent.file.owner) && intent.kind == .publish && intent.phase == .pending && intent.upload == nil
        }
        let sizes =
            files.map(\.version.size.bytes) + uploads.map(\.reserved.bytes) + commits.map(\.file.version.size.bytes)
        let sum = sizes.reduce(Int64(0)) { sum, size in
            let (next, overflow) = sum.addingReportingOverflow(size)
            return overflow ? .max : next
        }
        return OwnerUsage(files: sizes.count, size: ByteCount(bytes: sum))
    }
}

extension InMemoryCatalog: GrantCatalog {
    package func secret(for purpose: String, orStore secret: String) async throws(MediaError) -> String {
        try self.transaction { state throws(MediaError) in
            let present = state.secrets[purpose] ?? secret
            state.secrets[purpose] = present
            return present
        }
    }
}
