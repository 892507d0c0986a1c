/// What a store tells of a file's version without reading the bytes: what `fstat(2)` says of a file, or an object's head.
///
/// Two identities are equal when they are of the same version of a file:
///
/// - Both have a token: size and token decide. The times are left out, because a store may round them or set them anew.
/// - Neither has one: size and modification time decide.
/// - Only one has a token: they are of different stores, hence never equal.
///
///       record.version.identity == content.identity    // the open bytes are the recorded ones
package struct FileIdentity: Sendable {
    /// Length of the file.
    package var size: ByteCount
    /// When the file was last written, as far as the store says.
    package var modifiedAt: Timestamp
    /// What the store calls this version; nil in a file system.
    package var token: VersionToken?

    /// - Parameter token: nil where size and modification time identify the version.
    package init(size: ByteCount, modifiedAt: Timestamp, token: VersionToken? = nil) {
        self.size = size
        self.modifiedAt = modifiedAt
        self.token = token
    }
}

extension FileIdentity: Hashable {
    /// See ``FileIdentity`` for what decides.
    package static func == (left: FileIdentity, right: FileIdentity) -> Bool {
        guard left.size == right.size else { return false }
        if left.token == nil, right.token == nil { return left.modifiedAt == right.modifiedAt }
        return left.token == right.token
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.size)
        if let token { hasher.combine(token) } else { hasher.combine(self.modifiedAt) }
    }
}

/// An opaque name that a store gives one version of an object: a version id, an entity tag, or a key that is never written again.
///
/// Only ever compared for equality; encoded as its text.
package struct VersionToken: Hashable, Sendable, Codable {
    /// As the store writes it.
    package let text: String

    /// Takes the store's text as it is.
    package init(_ text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        self.text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}
