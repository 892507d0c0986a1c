extension FileLink {
    /// Bytes of an entity's kind, and of a role.
    package static let maximumWordLength = 64
    /// Bytes of an entity's id.
    package static let maximumIDLength = 255

    /// Checks a link from outside, by the rules that the table `media.links` has too.
    /// - Throws: `invalid_request`, naming the member.
    package init(validating entity: String, entityID: String, role: String) throws(MediaError) {
        try Self.check(entity, "entity", atMost: Self.maximumWordLength)
        try Self.check(entityID, "entityId", atMost: Self.maximumIDLength, mayHaveSlashes: true)
        try Self.check(role, "role", atMost: Self.maximumWordLength)
        self.init(entity: entity, entityID: entityID, role: role)
    }

    /// Checks one part.
    /// - Throws: `invalid_request`, naming the member.
    package static func check(
        _ text: String,
        _ name: String,
        atMost length: Int,
        mayHaveSlashes: Bool = false
    ) throws(MediaError) {
        guard (1...length).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }),
            mayHaveSlashes || !text.utf8.contains(UInt8(ascii: "/"))
        else {
            throw MediaError(
                .invalidRequest,
                """
                \(name) has 1 to \(length) bytes, without control characters\(mayHaveSlashes ? "" : " and slashes"), such as \
                \(Self.example(of: name)).
                """
            )
        }
    }

    private static func example(of name: String) -> String {
        switch name {
        case "entity": "movie"
        case "role": "poster"
        default: "42"
        }
    }
}
