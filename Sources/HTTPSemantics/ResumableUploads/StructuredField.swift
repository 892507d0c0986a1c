import RawStructuredFieldValues

/// The kinds of structured fields (RFC 9651) that uploads use; parameters are ignored.
///
/// The lines of a Dictionary are joined with commas first (RFC 9651 4.2). An item has one line: see `HTTPFields.item(_:)`.
enum StructuredField {
    /// The greatest Integer there is (RFC 9651 3.3.1).
    static let greatestInteger: Int64 = 999_999_999_999_999

    /// Bytes of the longest value that is read. The parser looks for a name among all that came before, one by one, so a
    /// value of tens of thousands of names would keep it busy; what uploads need is much shorter.
    static let maximumLengthBytes = 2048

    /// A Boolean item.
    static func boolean(_ text: String) -> Bool? {
        guard case .bool(let value) = item(text) else { return nil }
        return value
    }

    /// An Integer item that is not negative.
    static func integer(_ text: String) -> Int64? {
        guard case .integer(let value) = item(text), value >= 0 else { return nil }
        return value
    }

    /// The members of a Dictionary of byte sequences, in order; without bytes those that are of another type or not base64.
    ///
    /// - Returns: nil when it is no Dictionary.
    static func byteSequences(_ text: String) -> [(key: String, bytes: [UInt8]?)]? {
        guard let members = dictionary(text) else { return nil }
        return members.map { key, member in
            guard case .item(let item) = member, case .undecodedByteSequence(let encoded) = item.rfc9651BareItem else {
                return (key, nil)
            }
            return (key, Base64.decode(encoded.utf8, padding: .optional))
        }
    }

    /// The members of a Dictionary of Integers; those of other types are left out. Nil when it is no Dictionary.
    static func integers(_ text: String) -> [String: Int64]? {
        guard let members = dictionary(text) else { return nil }
        var integers: [String: Int64] = [:]
        for (key, member) in members {
            guard case .item(let item) = member, case .integer(let value) = item.rfc9651BareItem else { continue }
            integers[key] = value
        }
        return integers
    }

    private static func item(_ text: String) -> RFC9651BareItem? {
        guard text.utf8.count <= maximumLengthBytes else { return nil }
        var parser = StructuredFieldValueParser(Array(text.utf8))
        return (try? parser.parseItemFieldValue())?.rfc9651BareItem
    }

    private static func dictionary(_ text: String) -> OrderedMap<String, ItemOrInnerList>? {
        guard text.utf8.count <= maximumLengthBytes else { return nil }
        var parser = StructuredFieldValueParser(Array(text.utf8))
        return try? parser.parseDictionaryFieldValue()
    }
}
