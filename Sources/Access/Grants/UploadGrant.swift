package import MediaCore
package import Primitives

/// The right to upload one file, given away by an API service: where to, of what kind, how large, and until when it may begin.
///
/// What it leaves open is as the collection has it. It narrows the collection's rules and never widens them.
package struct UploadGrant: Hashable, Sendable {
    /// Two grants with the same identifier are one: what one of them began is found by the other. 1 to 64 characters.
    package var id: String
    /// The name, or how it begins, in one collection.
    package let files: NamePattern
    /// Patterns of media types, such as `image/*`; nil for those of the collection.
    package var types: [String]?
    /// The largest size that is taken, in bytes; nil for the collection's.
    package var maximumSize: Int64?
    /// The size that the file must have, in bytes.
    package var size: Int64?
    /// The SHA-256 that the file must have.
    package var digest: Digest?
    /// Whether the file may take the place of another one of its name, where the collection replaces.
    package var replaces: Bool
    /// Whose file it will be; nil for nobody's.
    package var owner: String?
    /// When an upload may still begin, at the latest.
    package var end: Timestamp

    /// The most types that a grant may name.
    package static let maximumTypes = 32
    /// Of an identifier.
    package static let maximumIDLengthBytes = 64

    /// Describes a grant whose parts were checked. Nil where `files` are those of all collections: a grant is for one.
    package init?(
        id: String,
        files: NamePattern,
        types: [String]? = nil,
        maximumSize: Int64? = nil,
        size: Int64? = nil,
        digest: Digest? = nil,
        replaces: Bool = false,
        owner: String? = nil,
        end: Timestamp
    ) {
        guard files.collection != nil else { return nil }
        self.id = id
        self.files = files
        self.types = types
        self.maximumSize = maximumSize
        self.size = size
        self.digest = digest
        self.replaces = replaces
        self.owner = owner
        self.end = end
    }
}
