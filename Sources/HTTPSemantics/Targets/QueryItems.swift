/// The pairs of a query in `application/x-www-form-urlencoded` (WHATWG URL 5.1), decoded strictly and kept in order.
///
/// Unlike a browser's parser this one refuses what it cannot decode, instead of putting U+FFFD in its place.
package struct QueryItems: Hashable, Sendable {
    /// One pair; `value` is empty for a name without `=`.
    package struct Item: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Every pair in the order written, duplicates included.
    package let items: [Item]

    /// The most pairs read from one query.
    package static let maximumItems = 256

    /// Parses a query without its `?`; nil and the empty string hold no items.
    ///
    /// `+` and `%20` both are a space, empty pairs (`a&&b`) are skipped.
    package init(query: String?) throws(QueryItemsError) {
        var items: [Item] = []
        for pair in query?.utf8.split(separator: UInt8(ascii: "&")) ?? [] {
            guard items.count < Self.maximumItems else { throw .tooManyItems }
            let name = pair.prefix { $0 != .equals }
            let value = pair[name.endIndex...].dropFirst()
            items.append(Item(name: try Self.decode(name), value: try Self.decode(value)))
        }
        self.items = items
    }

    /// The first value under `name`, or nil.
    package subscript(name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// All values under `name`, in order.
    package func values(of name: String) -> [String] {
        items.lazy.filter { $0.name == name }.map(\.value)
    }

    private static func decode(_ raw: some Sequence<UInt8>) throws(QueryItemsError) -> String {
        guard let bytes = PercentCoding.decode(raw, plusIsSpace: true) else { throw .invalidPercentEncoding }
        // PostgreSQL's text cannot hold NUL, and C would cut the string there.
        guard !bytes.contains(0) else { throw .nulByte }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidUTF8 }
        return text
    }
}

/// Why a query could not be read.
package enum QueryItemsError: Error, Hashable, Sendable {
    /// A `%` without two hexadecimal digits.
    case invalidPercentEncoding
    /// A name or value that is not UTF-8 once decoded.
    case invalidUTF8
    /// A NUL byte, raw or encoded.
    case nulByte
    /// More than ``QueryItems/maximumItems`` pairs.
    case tooManyItems
}

extension QueryItemsError: CustomStringConvertible {
    /// What is wrong, behind a colon.
    package var description: String {
        switch self {
        case .invalidPercentEncoding: "a percent sign has no two hexadecimal digits behind it"
        case .invalidUTF8: "it is not UTF-8"
        case .nulByte: "it has a NUL byte"
        case .tooManyItems: "it has more than \(QueryItems.maximumItems) parameters"
        }
    }
}
