import FoundationEssentials
import Postgres

/// A value in a `jsonb` column, which travels as text: select it as `column::text`, insert it as `\(...)::jsonb`.
enum JSONColumn {
    static func encode(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    /// Nil for NULL.
    static func decode<Value: Decodable>(_ name: String, of row: PostgresRow) throws -> Value? {
        try row.decode(name, as: String?.self).map { try JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
}
