package import FoundationEssentials

/// A Swift type whose arrays can be parameters and columns.
///
/// The element decides what an array of it is: `[UInt8]` is one `bytea`, `[String]` a `text[]`.
package protocol PostgresArrayElement: Sendable {
    /// The data type of the whole array.
    static var postgresArrayType: PostgresType { get }
    /// The whole array as it travels.
    static func encodeArray(_ elements: [Self]) throws -> PostgresValue
    /// Reads a whole array.
    static func decodeArray(_ value: PostgresValue) throws -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package static var postgresType: PostgresType { Element.postgresArrayType }
    package func encode() throws -> PostgresValue { try Element.encodeArray(self) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    package static func decode(_ value: PostgresValue) throws -> [Element] { try Element.decodeArray(value) }
}

/// `[UInt8]` is `bytea`, byte for byte.
extension UInt8: PostgresArrayElement {
    package static var postgresArrayType: PostgresType { .bytea }

    package static func encodeArray(_ elements: [UInt8]) -> PostgresValue {
        PostgresValue(type: .bytea, bytes: elements)
    }

    package static func decodeArray(_ value: PostgresValue) throws -> [UInt8] {
        let bytes = try value.nonNull()
        guard value.type == .bytea else { throw value.mismatch([UInt8].self) }
        return bytes
    }
}

extension String: PostgresArrayElement {
    package static var postgresArrayType: PostgresType { .textArray }

    package static func encodeArray(_ elements: [String]) throws -> PostgresValue {
        let cells = try elements.map { try $0.encode().bytes }
        return PostgresValue(type: .textArray, bytes: PostgresArray(elementType: .text, cells: cells).bytes)
    }

    package static func decodeArray(_ value: PostgresValue) throws -> [String] { try PostgresArray.decode(value) }
}

extension UUID: PostgresArrayElement {
    package static var postgresArrayType: PostgresType { .uuidArray }

    package static func encodeArray(_ elements: [UUID]) -> PostgresValue {
        let cells = elements.map { $0.encode().bytes }
        return PostgresValue(type: .uuidArray, bytes: PostgresArray(elementType: .uuid, cells: cells).bytes)
    }

    package static func decodeArray(_ value: PostgresValue) throws -> [UUID] { try PostgresArray.decode(value) }
}

extension Int: PostgresArrayElement {
    package static var postgresArrayType: PostgresType { .int8Array }

    package static func encodeArray(_ elements: [Int]) -> PostgresValue {
        let cells = elements.map { $0.encode().bytes }
        return PostgresValue(type: .int8Array, bytes: PostgresArray(elementType: .int8, cells: cells).bytes)
    }

    package static func decodeArray(_ value: PostgresValue) throws -> [Int] { try PostgresArray.decode(value) }
}
