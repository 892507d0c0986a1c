import FoundationEssentials

/// A string travels as the text of a literal, so it can be a `text`, and as well a `uuid`, an enum or a `jsonb`, whatever
/// the place needs. Where the place says nothing (`jsonb_build_object(...)`, `$1 IS NULL`), write `\(value)::text`.
extension String: PostgresEncodable, PostgresDecodable {
    /// - Throws: `.encoding` for a string with a NUL character, which no PostgreSQL text can hold; libpq would cut it there.
    package func encode() throws -> PostgresValue {
        let bytes = Array(utf8)
        guard !bytes.contains(0) else {
            throw PostgresError(.encoding, "a text parameter holds a NUL character; send it as bytea or remove the NUL")
        }
        return PostgresValue(type: .unspecified, format: .text, bytes: bytes)
    }

    /// Reads character types, `json`, `jsonb`, `uuid` (lower case) and user-defined enums.
    package static func decode(_ value: PostgresValue) throws -> String {
        let bytes = try value.nonNull()
        let decoded: String?
        switch value.type {
        case .jsonb:
            // One version byte, always 1, and then the text: `src/backend/utils/adt/jsonb.c`, `jsonb_send`.
            guard bytes.first == 1 else { throw value.malformed(String.self) }
            decoded = String(validating: bytes.dropFirst(), as: UTF8.self)
        case .uuid:
            decoded = try UUID.decode(value).uuidString.lowercased()
        default:
            guard value.type.isTextual else { throw value.mismatch(String.self) }
            decoded = String(validating: bytes, as: UTF8.self)
        }
        guard let decoded else { throw value.malformed(String.self) }
        return decoded
    }
}
