import Access
import MediaCore

// Uploads that are begun with a grant: each grant is for one, and whoever begins again finds it.

extension ResumableUploadService {
    /// The upload that was begun with the grant before, where it is too late to begin one.
    ///
    /// - Parameter isBegun: true where the parts of a concatenation are there, which is a beginning.
    /// - Throws: `token_expired` where there is none.
    func begun(
        before creation: Creation,
        isBegun: Bool,
        for client: Client
    ) async throws(MediaError) -> Status? {
        guard let grant = creation.conditions.grant, !isBegun, grant.isOver(at: self.clock()) else { return nil }
        guard let present = try await self.catalog.upload(ofGrant: grant.id),
            [.receiving, .processing, .complete].contains(present.state)
        else { throw .grantExpired }
        return try await self.found(present, by: creation, for: client)
    }

    /// How an upload stands that a repeated creation has found.
    ///
    /// - Throws: `grant_used` where the creation announces another file.
    func found(_ upload: Upload, by creation: Creation, for client: Client) async throws(MediaError) -> Status {
        let isSame =
            upload.transport == creation.transport && upload.target.collection == creation.target.collection
            && upload.target.name == creation.target.name
            && (upload.length == nil || creation.length == nil || upload.length == creation.length)
        guard isSame else {
            throw .grantUsed("An upload of another file has begun with it; end that one with DELETE first.")
        }
        // Of the client that began it and of this one the grant is the same.
        var status = try await self.status(of: upload.id, for: client)
        status.isRepeated = true
        return status
    }
}

extension MediaError {
    static var grantExpired: MediaError {
        MediaError(.tokenExpired, "The grant has expired: no upload may begin with it any more. Get a new one.")
    }
}

extension Upload {
    /// What decides who may use it.
    var reference: UploadReference {
        UploadReference(
            owner: self.owner,
            beganWith: self.beganWith.flatMap { Principal.Credential($0) },
            isAddressEnough: self.conditions.isAddressEnough
        )
    }
}
