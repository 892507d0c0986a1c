/// The value of If-Match or If-None-Match (RFC 9110 13.1.1-13.1.2): `*` or a list of tags.
package enum EntityTagList: Hashable, Sendable {
    /// `*`: whatever the current representation is, if there is one.
    case any
    /// The tags in order. Members that are no tags are left out: they match nothing.
    case tags([EntityTag])

    /// Parses the values of all field lines together (RFC 9110 5.3); commas within a tag do not separate.
    ///
    /// A member `*` beside others, which the grammar forbids, counts as `*`: it is what the client said most broadly.
    package init(fieldLines: [String]) {
        var tags: [EntityTag] = []
        for line in fieldLines {
            var scanner = FieldScanner(line)
            repeat {
                scanner.skipOptionalWhitespace()
                if scanner.isAtEnd || scanner.peek == .comma { continue }
                if scanner.take(UInt8(ascii: "*")) {
                    self = .any
                    return
                }
                if let tag = EntityTag(&scanner) {
                    scanner.skipOptionalWhitespace()
                    if scanner.isAtEnd || scanner.peek == .comma { tags.append(tag) }
                }
                // After a member that is no tag, the next comma is where the list goes on.
                _ = scanner.run { $0 != .comma }
            } while scanner.take(.comma)
        }
        self = .tags(tags)
    }

    /// Whether `current` strongly matches a member; `*` matches whenever there is a representation.
    package func stronglyMatches(_ current: CurrentRepresentation?) -> Bool {
        matches(current) { $0.stronglyMatches($1) }
    }

    /// Whether `current` weakly matches a member; `*` matches whenever there is a representation.
    package func weaklyMatches(_ current: CurrentRepresentation?) -> Bool {
        matches(current) { $0.weaklyMatches($1) }
    }

    private func matches(_ current: CurrentRepresentation?, by equal: (EntityTag, EntityTag) -> Bool) -> Bool {
        guard let current else { return false }
        switch self {
        case .any: return true
        case .tags(let tags):
            guard let tag = current.entityTag else { return false }
            return tags.contains { equal($0, tag) }
        }
    }
}

/// The validators of the representation that a request would get or change (RFC 9110 8.8).
package struct CurrentRepresentation: Hashable, Sendable {
    /// Its entity tag, if it has one.
    package var entityTag: EntityTag?

    /// Its Last-Modified in seconds since the epoch, if known. Fractions are cut off before they come here.
    package var lastModified: Int64?

    package init(entityTag: EntityTag? = nil, lastModified: Int64? = nil) {
        self.entityTag = entityTag
        self.lastModified = lastModified
    }
}
