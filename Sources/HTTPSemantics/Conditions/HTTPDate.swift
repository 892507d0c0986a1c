/// HTTP dates (RFC 9110 5.6.7) as whole seconds since 1970-01-01T00:00:00Z.
///
/// Written is always IMF-fixdate; read are all three forms, case-sensitively, ASCII only.
package enum HTTPDate {
    /// Bytes of every date that is written.
    package static let formattedLength = 29

    /// Formats as IMF-fixdate, 29 bytes: `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// - Parameter secondsSinceEpoch: clamped to the years 0 to 9999, which is what four digits can say.
    package static func format(_ secondsSinceEpoch: Int64) -> String {
        String(unsafeUninitializedCapacity: formattedLength) { buffer in
            write(secondsSinceEpoch, to: UnsafeMutableRawBufferPointer(buffer))
            return formattedLength
        }
    }

    /// Writes what ``format(_:)`` returns, as bytes and without an allocation.
    ///
    /// - Parameter buffer: at least ``formattedLength`` bytes, of which the first 29 are written.
    package static func write(_ secondsSinceEpoch: Int64, to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= formattedLength)
        let seconds = min(max(secondsSinceEpoch, earliest), latest)
        let day = CivilDate(daysSinceEpoch: seconds.flooredQuotient(86_400))
        let time = Int(seconds - day.daysSinceEpoch * 86_400)
        var position = 0
        func put(_ text: StaticString) {
            for index in 0..<text.utf8CodeUnitCount {
                buffer[position] = text.utf8Start[index]
                position += 1
            }
        }
        func put(_ value: Int, digits: Int) {
            var rest = value
            for offset in (0..<digits).reversed() {
                buffer[position + offset] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            position += digits
        }
        put(shortDayNames[day.weekday])
        put(", ")
        put(day.day, digits: 2)
        put(" ")
        put(monthNames[day.month - 1])
        put(" ")
        put(day.year, digits: 4)
        put(" ")
        put(time / 3600, digits: 2)
        put(":")
        put(time / 60 % 60, digits: 2)
        put(":")
        put(time % 60, digits: 2)
        put(" GMT")
    }

    /// 0000-01-01T00:00:00Z.
    static let earliest: Int64 = -62_167_219_200
    /// 9999-12-31T23:59:59Z.
    static let latest: Int64 = 253_402_300_799

    static let shortDayNames: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let longDayNames: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    static let monthNames: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// A day of the proleptic Gregorian calendar (the algorithms are Howard Hinnant's `days_from_civil` and back).
struct CivilDate: Hashable {
    var year: Int
    /// 1 to 12.
    var month: Int
    /// 1 to 31.
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSinceEpoch: Int64) {
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Months count from March, so that the leap day is the last of its year.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(400)
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// 0 is Sunday.
    var weekday: Int { Int((daysSinceEpoch + 4) - (daysSinceEpoch + 4).flooredQuotient(7) * 7) }

    /// Whether the month has that day.
    var exists: Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= lengths[month - 1]
    }
}

extension BinaryInteger {
    /// Division that rounds towards minus infinity.
    func flooredQuotient(_ divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
