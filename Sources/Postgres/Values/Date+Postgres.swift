package import FoundationEssentials

/// A date travels as `timestamptz`, rounded to the nearest microsecond.
///
/// `Date` counts seconds in a `Double`, which tells microseconds apart from 1729 to 2273; beyond that use
/// `PostgresTimestamp`. A date that came from the server goes back unchanged within those years.
extension Date: PostgresEncodable, PostgresDecodable {
    /// From PostgreSQL's 2000-01-01 to Foundation's 2001-01-01; 2000 was a leap year.
    private static let secondsBetweenEpochs: Int64 = 366 * 86_400
    private static let microsecondsPerSecond: Int64 = 1_000_000
    /// 4714-11-24 BC and 294277-01-01 AD, which is the first instant outside: PostgreSQL, `datatype/timestamp.h`.
    private static let range: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000

    package static var postgresType: PostgresType { .timestamptz }

    /// - Throws: `.encoding` for a date that is not finite or outside the server's range.
    package func encode() throws -> PostgresValue {
        let seconds = timeIntervalSinceReferenceDate
        // Whole seconds and fraction apart: their product with 1e6 would round in the 16th digit.
        guard seconds.isFinite, let whole = Int64(exactly: seconds.rounded(.down)) else { throw Self.outOfRange }
        let fraction = Int64(((seconds - seconds.rounded(.down)) * 1e6).rounded())
        let (product, overflow) = (whole &+ Self.secondsBetweenEpochs)
            .multipliedReportingOverflow(by: Self.microsecondsPerSecond)
        guard !overflow, whole < Int64.max / 2, Self.range.contains(product &+ fraction) else { throw Self.outOfRange }
        return PostgresTimestamp(microseconds: product + fraction).encode()
    }

    /// - Throws: `.decoding` for the infinities, which no `Date` stands for.
    package static func decode(_ value: PostgresValue) throws -> Date {
        let timestamp = try PostgresTimestamp.decode(value)
        guard timestamp.isFinite else {
            throw PostgresError(.decoding, "the value is an infinite timestamp; decode it as PostgresTimestamp")
        }
        let (quotient, remainder) = timestamp.microseconds.quotientAndRemainder(dividingBy: microsecondsPerSecond)
        let whole = quotient - secondsBetweenEpochs
        return Date(timeIntervalSinceReferenceDate: Double(whole) + Double(remainder) / 1e6)
    }

    private static var outOfRange: PostgresError {
        PostgresError(.encoding, "a date parameter is not finite or outside 4713 BC to 294276 AD")
    }
}
