package import Primitives

/// In PostgreSQL's own binary form, so that nothing is rounded.
extension Timestamp: PostgresEncodable, PostgresDecodable {
    /// PostgreSQL counts from 2000-01-01T00:00:00Z (section 8.5.1).
    private static let epochOffsetMicroseconds: Int64 = 946_684_800_000_000

    package static var postgresType: PostgresType { .timestamptz }

    package func encode() throws -> PostgresValue {
        PostgresTimestamp(microseconds: self.microseconds - Self.epochOffsetMicroseconds).encode()
    }

    package static func decode(_ value: PostgresValue) throws -> Timestamp {
        let stored = try PostgresTimestamp.decode(value)
        guard stored.isFinite else { throw PostgresError(.decoding, "an infinite time") }
        return Timestamp(microseconds: stored.microseconds + Self.epochOffsetMicroseconds)
    }
}
