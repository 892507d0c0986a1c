/// A Swift value that can be the parameter of a statement.
package protocol PostgresEncodable: Sendable {
    /// The data type declared to the server, also for a NULL.
    ///
    /// `.unspecified`, the default, lets the server take the type from the place where the parameter stands.
    static var postgresType: PostgresType { get }

    /// The value as it travels.
    ///
    /// - Throws: `PostgresError` with the code `.encoding` when PostgreSQL has no such value.
    func encode() throws -> PostgresValue
}

extension PostgresEncodable {
    /// Left to the server.
    package static var postgresType: PostgresType { .unspecified }
}

/// A Swift value that can be read from a column.
package protocol PostgresDecodable: Sendable {
    /// Reads one cell.
    ///
    /// - Throws: `PostgresError` with the code `.decoding`; the row adds the column's name.
    static func decode(_ value: PostgresValue) throws -> Self
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var postgresType: PostgresType { Wrapped.postgresType }

    package func encode() throws -> PostgresValue {
        switch self {
        case .some(let wrapped): try wrapped.encode()
        case .none: PostgresValue(type: Wrapped.postgresType, bytes: nil)
        }
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ value: PostgresValue) throws -> Wrapped? {
        value.bytes == nil ? nil : try Wrapped.decode(value)
    }
}

// An enum with a raw value takes both conformances by naming them; it travels as its raw value.

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    package static var postgresType: PostgresType { RawValue.postgresType }

    package func encode() throws -> PostgresValue { try rawValue.encode() }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    package static func decode(_ value: PostgresValue) throws -> Self {
        guard let decoded = Self(rawValue: try RawValue.decode(value)) else { throw value.malformed(Self.self) }
        return decoded
    }
}
