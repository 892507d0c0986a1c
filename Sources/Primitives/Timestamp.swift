/// A point in time in whole microseconds since 1970-01-01T00:00:00Z: what PostgreSQL's `timestamptz` keeps exactly.
///
///     "\(Timestamp(seconds: 0, nanoseconds: 0))"  // "1970-01-01T00:00:00.000000Z"
///
/// Leap seconds do not exist in it, as in POSIX.
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// Rounds down to the microsecond, so that the same file time always reads the same.
    package init(seconds: Int64, nanoseconds: Int64) {
        self.microseconds = seconds * 1_000_000 + nanoseconds / 1000
    }

    /// Whole seconds, rounded down: the resolution of HTTP dates.
    package var seconds: Int64 {
        let quotient = self.microseconds / 1_000_000
        return self.microseconds < 0 && self.microseconds % 1_000_000 != 0 ? quotient - 1 : quotient
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// This time, or the first one after `previous` where the clock says that it is earlier: what follows something is later than it,
    /// also when the clock was set back in between.
    package func notBefore(_ previous: Timestamp?) -> Timestamp {
        guard let previous, self <= previous else { return self }
        return Timestamp(microseconds: previous.microseconds + 1)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with microseconds, e.g. `2026-11-22T16:45:59.123456Z`.
    package var description: String {
        let seconds = self.seconds
        // Not by subtracting the seconds: at the low end of the range their product does not fit.
        let remainder = self.microseconds % 1_000_000
        let fraction = remainder < 0 ? remainder + 1_000_000 : remainder
        let days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400)
        let secondOfDay = seconds - days * 86400
        let (year, month, day) = Self.civil(days)
        return Self.pad(year, 4) + "-" + Self.pad(month, 2) + "-" + Self.pad(day, 2) + "T"
            + Self.pad(secondOfDay / 3600, 2) + ":" + Self.pad(secondOfDay / 60 % 60, 2) + ":"
            + Self.pad(secondOfDay % 60, 2) + "." + Self.pad(fraction, 6) + "Z"
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The proleptic Gregorian date of a day number counted from 1970-01-01 (H. Hinnant, "chrono-compatible low-level date
    /// algorithms", civil_from_days).
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        self.microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.microseconds)
    }
}

/// Where the time of day comes from; the composition root hands in the system's.
package typealias WallClock = @Sendable () -> Timestamp
