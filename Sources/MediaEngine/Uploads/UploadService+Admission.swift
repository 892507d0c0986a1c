package import MediaCore

/// Whether a plain upload may begin, before any byte of it is read. What counts is decided again when it is committed.
extension UploadService {
    /// - Parameters:
    ///   - owner: whose file it will be.
    ///   - collection: nil while it is not known where the file goes.
    ///   - size: nil where it is not announced.
    /// - Throws: `token_expired` for a grant that nothing came with and that is over; `grant_used` where a file of another size has come
    ///   with it; `owner_quota`.
    package func admit(
        _ conditions: UploadConditions,
        of owner: String?,
        to collection: String? = nil,
        name: String? = nil,
        size: ByteCount? = nil
    ) async throws(MediaError) {
        if let grant = conditions.grant {
            if let file = try await self.catalog.file(ofGrant: grant.id) {
                // A repetition: its response is that of the first one, if the bytes are the same.
                guard let size, file.rewriting == nil, file.version.size != size else { return }
                throw .grantUsed("One of another size has come with this grant already.")
            }
            guard !grant.isOver(at: self.clock()) else { throw .grantExpired }
        }
        if let exact = conditions.size, let size, size < exact {
            throw .lengthMismatch(known: exact, given: size.bytes)
        }
        guard let owner, let size, self.ownerQuota.isBounded else { return }
        let usage = try await self.room.catalog.usage(
            of: owner,
            without: nil,
            replacing: Upload.Target(collection: collection, name: name)
        )
        try self.ownerQuota.check(usage, size: size)
    }
}
