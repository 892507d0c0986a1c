extension HTTPDate {
    /// Parses IMF-fixdate, rfc850-date or asctime-date (RFC 9110 5.6.7).
    ///
    /// The name of the day must be one, but need not fit the date: it carries no information. Second 60 is read as the
    /// second after 59.
    ///
    /// - Parameters:
    ///   - text: the whole field value; whitespace around it, a second member or an offset make it invalid.
    ///   - now: the present in seconds since the epoch. It gives a two-digit year its century: a date more than 50
    ///     years ahead belongs to the past.
    /// - Returns: seconds since the epoch, nil if `text` is no HTTP date.
    package static func parse(_ text: some StringProtocol, now: Int64) -> Int64? {
        var parser = DateParser(text)
        if parser.takeName(of: longDayNames) != nil, parser.take(", ") { return parser.rfc850(now: now) }
        parser = DateParser(text)
        guard parser.takeName(of: shortDayNames) != nil else { return nil }
        return parser.take(", ") ? parser.imfFixdate() : parser.asctime()
    }
}

/// The three grammars, over bytes.
private struct DateParser {
    private var scanner: FieldScanner

    init(_ text: some StringProtocol) {
        scanner = FieldScanner(text)
    }

    /// `06 Nov 1994 08:49:37 GMT`
    mutating func imfFixdate() -> Int64? {
        guard let day = digits(2), take(" "), let month = takeName(of: HTTPDate.monthNames), take(" "),
            let year = digits(4), take(" "), let time = timeOfDay(), take(" GMT")
        else { return nil }
        return seconds(CivilDate(year: year, month: month + 1, day: day), time)
    }

    /// `06-Nov-94 08:49:37 GMT`
    mutating func rfc850(now: Int64) -> Int64? {
        guard let day = digits(2), take("-"), let month = takeName(of: HTTPDate.monthNames), take("-"),
            let yearOfCentury = digits(2), take(" "), let time = timeOfDay(), take(" GMT")
        else { return nil }
        let present = min(max(now, HTTPDate.earliest), HTTPDate.latest)
        var limit = CivilDate(daysSinceEpoch: present.flooredQuotient(86_400))
        let century = limit.year.flooredQuotient(100) * 100
        limit.year += 50
        let date = CivilDate(year: century + yearOfCentury, month: month + 1, day: day)
        let timeOfPresent = present - present.flooredQuotient(86_400) * 86_400
        if date.daysSinceEpoch * 86_400 + time > limit.daysSinceEpoch * 86_400 + timeOfPresent {
            return seconds(CivilDate(year: date.year - 100, month: month + 1, day: day), time)
        }
        return seconds(date, time)
    }

    /// ` Nov  6 08:49:37 1994`
    mutating func asctime() -> Int64? {
        guard take(" "), let month = takeName(of: HTTPDate.monthNames), take(" ") else { return nil }
        guard let day = take(" ") ? digits(1) : digits(2), take(" "), let time = timeOfDay(), take(" "),
            let year = digits(4)
        else { return nil }
        return seconds(CivilDate(year: year, month: month + 1, day: day), time)
    }

    mutating func take(_ literal: StaticString) -> Bool {
        for index in 0..<literal.utf8CodeUnitCount {
            guard scanner.take(literal.utf8Start[index]) else { return false }
        }
        return true
    }

    /// Consumes one of `names` and returns its index.
    mutating func takeName(of names: [StaticString]) -> Int? {
        let start = scanner
        for (index, name) in names.enumerated() {
            if take(name) { return index }
            scanner = start
        }
        return nil
    }

    private mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let byte = scanner.next(), byte.isDigit else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// `08:49:37`, in seconds.
    private mutating func timeOfDay() -> Int64? {
        guard let hour = digits(2), hour < 24, take(":"), let minute = digits(2), minute < 60, take(":"),
            let second = digits(2), second <= 60
        else { return nil }
        return Int64(hour * 3600 + minute * 60 + second)
    }

    private func seconds(_ date: CivilDate, _ time: Int64) -> Int64? {
        guard scanner.isAtEnd, date.exists else { return nil }
        return date.daysSinceEpoch * 86_400 + time
    }
}
