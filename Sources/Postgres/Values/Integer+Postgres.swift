// Integers travel in the width that their Swift type has, and are read from any integer type, and from a `numeric` without
// fraction (the type of `sum(bigint)`), as long as the value fits.

extension FixedWidthInteger {
    /// Reads an integer of any width that PostgreSQL has.
    static func decodeInteger(_ value: PostgresValue) throws -> Self {
        let bytes = try value.nonNull()
        let wide: Int64?
        switch value.type {
        case .int8: wide = Int64(networkBytes: bytes)
        case .int4: wide = Int32(networkBytes: bytes).map(Int64.init)
        case .int2: wide = Int16(networkBytes: bytes).map(Int64.init)
        case .oid: wide = UInt32(networkBytes: bytes).map(Int64.init)
        case .numeric: wide = PostgresNumeric(bytes: bytes)?.integer
        default: throw value.mismatch(Self.self)
        }
        guard let wide, let exact = Self(exactly: wide) else { throw value.malformed(Self.self) }
        return exact
    }
}

extension Int: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode() -> PostgresValue { PostgresValue(type: .int8, bytes: Int64(self).networkBytes) }
    package static func decode(_ value: PostgresValue) throws -> Int { try decodeInteger(value) }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode() -> PostgresValue { PostgresValue(type: .int8, bytes: networkBytes) }
    package static func decode(_ value: PostgresValue) throws -> Int64 { try decodeInteger(value) }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int4 }
    package func encode() -> PostgresValue { PostgresValue(type: .int4, bytes: networkBytes) }
    package static func decode(_ value: PostgresValue) throws -> Int32 { try decodeInteger(value) }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int2 }
    package func encode() -> PostgresValue { PostgresValue(type: .int2, bytes: networkBytes) }
    package static func decode(_ value: PostgresValue) throws -> Int16 { try decodeInteger(value) }
}
