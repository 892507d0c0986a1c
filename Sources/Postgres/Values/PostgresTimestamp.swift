/// A `timestamptz` exactly as the server holds it, also where `Date` cannot follow.
///
/// PostgreSQL, section 8.5: 4713 BC to 294276 AD in microseconds, plus two infinities.
package struct PostgresTimestamp: Hashable, Sendable, Comparable {
    /// Microseconds since 2000-01-01 00:00:00 UTC.
    package var microseconds: Int64

    /// The instant with this count of microseconds since 2000-01-01 00:00:00 UTC.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// `'infinity'::timestamptz`, later than all others.
    package static let infinity = PostgresTimestamp(microseconds: .max)
    /// `'-infinity'::timestamptz`, earlier than all others.
    package static let negativeInfinity = PostgresTimestamp(microseconds: .min)

    /// Whether this is an instant and not one of the infinities.
    package var isFinite: Bool { self != .infinity && self != .negativeInfinity }

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

extension PostgresTimestamp: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .timestamptz }

    package func encode() -> PostgresValue { PostgresValue(type: .timestamptz, bytes: microseconds.networkBytes) }

    /// Reads `timestamptz`, `timestamp` (taken as UTC) and `date` (its midnight in UTC).
    package static func decode(_ value: PostgresValue) throws -> PostgresTimestamp {
        let bytes = try value.nonNull()
        switch value.type {
        case .timestamptz, .timestamp:
            guard let microseconds = Int64(networkBytes: bytes) else { throw value.malformed(Self.self) }
            return PostgresTimestamp(microseconds: microseconds)
        case .date:
            switch Int32(networkBytes: bytes) {
            case .none: throw value.malformed(Self.self)
            case .some(.max): return .infinity
            case .some(.min): return .negativeInfinity
            case .some(let days):
                // A date reaches further (5874897 AD) than microseconds in 64 bits do.
                let (microseconds, overflow) = Int64(days).multipliedReportingOverflow(by: 86_400_000_000)
                if overflow { throw value.malformed(Self.self) }
                return PostgresTimestamp(microseconds: microseconds)
            }
        default: throw value.mismatch(Self.self)
        }
    }
}
