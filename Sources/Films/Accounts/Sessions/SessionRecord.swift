import Primitives

/// A session as its person sees it (docs/films-api.yaml, schema `SessionRecord`).
struct SessionRecord: Encodable, Sendable {
    var id: RecordID
    var device: String?
    var createdAt: Timestamp
    var lastUsedAt: Timestamp
    var isCurrent: Bool

    private enum CodingKeys: String, CodingKey { case id, device, createdAt, lastUsedAt, isCurrent }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.id, forKey: .id)
        try container.encode(self.device, forKey: .device)
        try container.encode("\(self.createdAt)", forKey: .createdAt)
        try container.encode("\(self.lastUsedAt)", forKey: .lastUsedAt)
        try container.encode(self.isCurrent, forKey: .isCurrent)
    }
}

/// What a person who is signed in is given: the token in the body, the refresh token in the cookie.
struct SessionGrant: Sendable {
    var accessToken: String
    var expiresAt: Timestamp
    var refreshToken: RefreshToken
}
