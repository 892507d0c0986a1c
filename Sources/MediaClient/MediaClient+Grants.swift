import FoundationEssentials
import NIOHTTP1

/// What a client may upload (docs/grants.md).
package struct MediaGrantRequest: Hashable, Sendable, Encodable {
    package var collection: String
    /// The name that the file has to have.
    package var name: String
    /// Whose file it will be.
    package var owner: String
    /// Types that are taken, by the bytes; nil: those of the collection.
    package var types: [String]?
    /// Bytes at most; nil: as many as the collection takes.
    package var maximumSize: Int?
    /// The bytes that it must have.
    package var size: Int?
    /// The SHA-256 that it must have, in hexadecimal.
    package var sha256: String?
    /// Seconds within which the upload must begin.
    package var expiresIn: Int

    package init(collection: String, name: String, owner: String, expiresIn: Int) {
        self.collection = collection
        self.name = name
        self.owner = owner
        self.expiresIn = expiresIn
    }
}

/// The right to upload one file.
package struct MediaGrant: Hashable, Sendable, Decodable {
    /// Sent as `Bearer`.
    package var token: String
    /// RFC 3339; until then the upload must have begun.
    package var expiresAt: String
}

extension MediaClient {
    /// Makes a grant; nothing is uploaded yet.
    package func grant(_ request: MediaGrantRequest) async throws(MediaClientError) -> MediaGrant {
        // Texts and numbers can be encoded.
        let body = (try? JSONEncoder().encode(request)).map { Array($0) }
        return try await self.send(.POST, "/api/grants", body: body).decode(MediaGrant.self, statuses: [201])
    }
}
