extension Double: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .float8 }

    package func encode() -> PostgresValue { PostgresValue(type: .float8, bytes: bitPattern.networkBytes) }

    /// Exact from `double precision`, `real` and `integer`, the nearest value from `bigint` and `numeric`.
    package static func decode(_ value: PostgresValue) throws -> Double {
        let bytes = try value.nonNull()
        let decoded: Double?
        switch value.type {
        case .float8: decoded = UInt64(networkBytes: bytes).map(Double.init(bitPattern:))
        case .float4: decoded = UInt32(networkBytes: bytes).map { Double(Float(bitPattern: $0)) }
        case .numeric: decoded = PostgresNumeric(bytes: bytes)?.double
        case .int2, .int4, .int8: decoded = Double(try Int64.decode(value))
        default: throw value.mismatch(Double.self)
        }
        guard let decoded else { throw value.malformed(Double.self) }
        return decoded
    }
}

extension Bool: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .bool }

    package func encode() -> PostgresValue { PostgresValue(type: .bool, bytes: [self ? 1 : 0]) }

    package static func decode(_ value: PostgresValue) throws -> Bool {
        let bytes = try value.nonNull()
        guard value.type == .bool else { throw value.mismatch(Bool.self) }
        guard bytes.count == 1 else { throw value.malformed(Bool.self) }
        return bytes[0] != 0
    }
}
