extension RangeRequest {
    /// Parses a Range field value against the representation's `length` in bytes.
    ///
    /// The unit is case-insensitive, positions are ASCII digits of any length (they saturate instead of overflowing),
    /// the last position is clipped, a suffix longer than the representation means all of it, and `-0` is valid but
    /// unsatisfiable (RFC 9110 14.1.2). Whitespace is allowed around members, and empty members are skipped
    /// (RFC 9110 5.6.1.2). Ranges that overlap become one. Several field lines, joined with commas, come out as malformed because of the second unit.
    ///
    /// - Parameters:
    ///   - value: the field value, nil if the field is absent.
    ///   - length: the length of the selected representation, not negative.
    ///   - limits: bounds above which the field is ignored.
    package static func parse(_ value: String?, length: Int64, limits: RangeLimits = RangeLimits()) -> RangeRequest {
        guard let value else { return .none }
        var scanner = FieldScanner(value)
        guard let unit = scanner.token(), scanner.take(.equals) else { return .ignored(.malformed) }
        guard unit.equalsIgnoringCase("bytes".utf8) else { return .ignored(.unknownUnit) }

        var ranges: [Range<Int64>] = []
        var members = 0
        var reversals = 0
        var total: Int64 = 0
        var exceedsLength = false
        repeat {
            scanner.skipOptionalWhitespace()
            if scanner.isAtEnd || scanner.peek == .comma { continue }
            guard let member = member(&scanner, length: length) else { return .ignored(.malformed) }
            scanner.skipOptionalWhitespace()
            guard scanner.isAtEnd || scanner.peek == .comma else { return .ignored(.malformed) }
            members += 1
            // Counted before the rest is looked at, so a long header costs no more than its first members.
            guard members <= limits.maximumRanges else { return .ignored(.tooManyRanges) }
            if !member.isEmpty {
                if let previous = ranges.last, member.lowerBound < previous.lowerBound { reversals += 1 }
                ranges.append(member)
                let (sum, overflowed) = total.addingReportingOverflow(member.upperBound - member.lowerBound)
                total = sum
                exceedsLength = exceedsLength || overflowed || sum > length
            }
        } while scanner.take(.comma)

        guard members > 0 else { return .ignored(.malformed) }
        if length <= 0 { return .ignored(.emptyRepresentation) }
        if reversals > limits.maximumReversals { return .ignored(.outOfOrder) }
        if exceedsLength { return .ignored(.exceedsLength) }
        return ranges.isEmpty ? .unsatisfiable : .ranges(merging(ranges))
    }

    /// One `range-spec`: the range clipped to `0..<length`, empty if unsatisfiable, nil if malformed.
    private static func member(_ scanner: inout FieldScanner, length: Int64) -> Range<Int64>? {
        if scanner.take(.dash) {
            guard let suffix = scanner.saturatingDecimal() else { return nil }
            return max(0, length - suffix)..<max(0, length)
        }
        guard let first = scanner.saturatingDecimal(), scanner.take(.dash) else { return nil }
        var end = Int64.max
        if let last = scanner.saturatingDecimal() {
            guard first <= last else { return nil }
            end = last == .max ? .max : last + 1
        }
        return first < length ? first..<min(end, length) : 0..<0
    }
}
