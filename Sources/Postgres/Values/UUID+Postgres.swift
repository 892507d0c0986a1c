package import FoundationEssentials

extension UUID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .uuid }

    package func encode() -> PostgresValue {
        PostgresValue(type: .uuid, bytes: withUnsafeBytes(of: uuid) { Array($0) })
    }

    package static func decode(_ value: PostgresValue) throws -> UUID {
        let bytes = try value.nonNull()
        guard value.type == .uuid else { throw value.mismatch(UUID.self) }
        guard bytes.count == 16 else { throw value.malformed(UUID.self) }
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
