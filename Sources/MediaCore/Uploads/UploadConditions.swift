package import Primitives

/// What an upload may become beyond the rules of its collection: what the grant says that it was begun with, and which rights whoever
/// began it had. They go with the upload to its end, on whatever daemon that comes.
package struct UploadConditions: Hashable, Sendable, Codable {
    /// The grant that the upload was begun with: it is for one file.
    package var grant: GrantClaim?
    /// Patterns of media types that are taken; nil for those of the collection.
    package var types: [String]?
    /// Bytes of the largest file that is taken; nil for that of the collection.
    package var maximumSize: ByteCount?
    /// Bytes that the file must have.
    package var size: ByteCount?
    /// What the file must hash to.
    package var digest: Digest?
    /// Whether the file may take a name that is free.
    package var mayCreate: Bool
    /// Whether the file may take the place of another one, where the collection replaces.
    package var mayReplace: Bool
    /// Whether whoever knows the upload's address may go on with it without saying who that is: it was begun from a form, which cannot
    /// send the grant again.
    package var isAddressEnough: Bool

    /// Nothing is asked of an upload but what its collection asks.
    package static let none = UploadConditions()

    /// Conditions; what is not given is as the collection has it.
    package init(
        grant: GrantClaim? = nil,
        types: [String]? = nil,
        maximumSize: ByteCount? = nil,
        size: ByteCount? = nil,
        digest: Digest? = nil,
        mayCreate: Bool = true,
        mayReplace: Bool = true,
        isAddressEnough: Bool = false
    ) {
        self.grant = grant
        self.types = types
        self.maximumSize = maximumSize
        self.size = size
        self.digest = digest
        self.mayCreate = mayCreate
        self.mayReplace = mayReplace
        self.isAddressEnough = isAddressEnough
    }

    /// The most bytes that the file may have, where other rules allow `limit`.
    package func maximumSize(within limit: ByteCount) -> ByteCount {
        [self.maximumSize, self.size].compactMap(\.self).reduce(limit, min)
    }
}

/// A grant as the catalog keeps it: used once, and known for as long as it could be used.
package struct GrantClaim: Hashable, Sendable, Codable {
    /// The grant's identifier (`jti`).
    package var id: String
    /// When an upload may begin with it at the latest.
    package var expiresAt: Timestamp

    /// A claim on the grant of this identifier.
    package init(id: String, expiresAt: Timestamp) {
        self.id = id
        self.expiresAt = expiresAt
    }

    /// By how much the clock of whoever signed a grant may be ahead of ours.
    package static let leeway = Duration.seconds(30)

    /// How long after its expiry a used grant is remembered at least: for the leeway, and as long again, because the clock of the daemon
    /// that a client comes with it to may be behind that of the one that forgets.
    package static let memory = Duration.seconds(60)

    /// Whether nothing may begin with it any more.
    package func isOver(at time: Timestamp) -> Bool {
        time.microseconds > self.expiresAt.microseconds + Self.leeway.components.seconds * 1_000_000
    }

    /// Those that expired before this need not be remembered at a time.
    package static func horizon(at time: Timestamp) -> Timestamp {
        Timestamp(microseconds: time.microseconds - Self.memory.components.seconds * 1_000_000)
    }
}

extension MediaError {
    /// One file came with the grant, or is about to come, and it is another one.
    package static func grantUsed(_ reason: String) -> MediaError {
        MediaError(.grantUsed, "A grant is for one file. \(reason)")
    }

    /// Another request is about to record a file with the same grant.
    package static var grantBusy: MediaError {
        MediaError(.nameBusy, "Another upload with this grant is being recorded. Try again in a moment.")
    }
}
