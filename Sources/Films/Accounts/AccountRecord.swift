package import Primitives

/// An account as its own person sees it (docs/films-api.yaml, schema `Account`).
package struct AccountRecord: Encodable, Hashable, Sendable {
    package var id: RecordID
    package var username: String
    package var email: String
    package var role: Role
    package var avatarFileID: RecordID?
    /// Schema `Picture`; nil without one, and until mediad's record of it was read.
    package var avatar: JSONValue?
    package var preferences: Preferences
    package var createdAt: Timestamp
    package var version: Int64

    /// What the person has chosen; what was not chosen is absent.
    package struct Preferences: Encodable, Hashable, Sendable {
        package var language: Language?
        package var theme: Theme?
    }

    package enum Theme: String, CaseIterable, Encodable, Sendable { case system, light, dark }

    private enum CodingKeys: String, CodingKey {
        case id, username, email, role, avatarFileId, avatarUrl, avatar, preferences, createdAt, version
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.id, forKey: .id)
        try container.encode(self.username, forKey: .username)
        try container.encode(self.email, forKey: .email)
        try container.encode(self.role, forKey: .role)
        try container.encode(self.avatarFileID, forKey: .avatarFileId)
        try container.encode(self.avatarURL, forKey: .avatarUrl)
        try container.encode(self.avatar, forKey: .avatar)
        try container.encode(self.preferences, forKey: .preferences)
        try container.encode("\(self.createdAt)", forKey: .createdAt)
        try container.encode(self.version, forKey: .version)
    }

    private var avatarURL: String? {
        guard case .object(let members) = self.avatar, case .text(let url) = members["url"] else { return nil }
        return url
    }
}
