import MediaCore

// What a grant, and the rights of whoever sent a file, allow at the commit: only there it is certain what has the name.

extension CommitService {
    /// The file that came with a plain upload's grant before, where its bytes are the same: the response was lost.
    ///
    /// - Parameter digest: of the bytes as they were uploaded.
    /// - Throws: `grant_used` for other bytes.
    func repeated(_ publication: Publication, of digest: Digest) async throws(MediaError) -> Published? {
        guard publication.upload == nil, let grant = publication.conditions.grant,
            let file = try await self.catalog.file(ofGrant: grant.id)
        else { return nil }
        guard file.uploadedDigest == digest else { throw .grantUsed("Another one has come with this grant already.") }
        await publication.staged.discard()
        return Published(file: file, replaced: nil, isRepeated: true)
    }

    /// - Throws: `forbidden`.
    static func checkRights(of publication: Publication, existing: MediaFile?) throws(MediaError) {
        let conditions = publication.conditions
        guard existing == nil ? conditions.mayCreate : conditions.mayReplace else {
            throw MediaError(
                .forbidden,
                existing == nil
                    ? "This key, token or grant allows replacing a file of this name only, and there is none."
                    : "There is a file of this name, and this key, token or grant does not allow replacing it."
            )
        }
    }
}

extension MediaFile {
    /// The SHA-256 of the bytes as they came, before they were rewritten.
    var uploadedDigest: Digest { self.rewriting?.uploadedDigest ?? self.version.digest }
}
