/// The grant that somebody asks for, as it was said; nothing of it is checked yet.
package struct GrantRequest: Sendable, Hashable {
    /// Where the file is to go.
    package var collection: String
    /// The name that it is to have; nil where ``namePrefix`` says how it begins.
    package var name: String?
    /// How its name begins; empty for any name.
    package var namePrefix: String?
    /// Patterns of media types; nil for those of the collection.
    package var types: [String]?
    /// Bytes of the largest file.
    package var maximumSize: Int64?
    /// Bytes that it must have.
    package var size: Int64?
    /// What it must hash to, in 64 hexadecimal digits.
    package var sha256: String?
    /// Seconds within which the upload must begin; nil for an hour.
    package var expiresIn: Int64?
    /// Whether it may take the place of another file; nil: where the collection always replaces, and the one who asks may.
    package var replace: Bool?
    /// Whose file it will be; nil for that of the one who asks.
    package var owner: String?

    /// A request; what is not given is left open.
    package init(
        collection: String,
        name: String? = nil,
        namePrefix: String? = nil,
        types: [String]? = nil,
        maximumSize: Int64? = nil,
        size: Int64? = nil,
        sha256: String? = nil,
        expiresIn: Int64? = nil,
        replace: Bool? = nil,
        owner: String? = nil
    ) {
        self.collection = collection
        self.name = name
        self.namePrefix = namePrefix
        self.types = types
        self.maximumSize = maximumSize
        self.size = size
        self.sha256 = sha256
        self.expiresIn = expiresIn
        self.replace = replace
        self.owner = owner
    }
}
