/// The binary form of `numeric`, read only as far as integers and doubles need it.
///
/// Four 16-bit fields (digit count, weight, sign, display scale) and then digits in base 10,000:
/// PostgreSQL, `src/backend/utils/adt/numeric.c`, `numeric_send`.
struct PostgresNumeric {
    private static let base = 10_000
    private static let negative = 0x4000

    private let weight: Int
    private let sign: Int
    private let digits: [Int]

    /// Nil when the bytes are not a `numeric`.
    init?(bytes: [UInt8]) {
        guard bytes.count >= 8, bytes.count.isMultiple(of: 2) else { return nil }
        let fields = stride(from: 0, to: bytes.count, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        guard fields.count == 4 + fields[0] else { return nil }
        weight = Int(Int16(truncatingIfNeeded: fields[1]))
        sign = fields[2]
        digits = Array(fields[4...])
    }

    /// The value, when it is finite, has no fraction and fits.
    var integer: Int64? {
        guard sign == 0 || sign == Self.negative else { return nil }
        // Digits beyond the weight are the fraction; trailing zeros are not sent, so any digit there is one.
        guard digits.count <= weight + 1 || digits.allSatisfy({ $0 == 0 }) else { return nil }
        // Accumulated below zero, because Int64.min has no positive twin.
        var total: Int64 = 0
        for position in 0..<max(weight + 1, 0) {
            let digit = position < digits.count ? digits[position] : 0
            let (product, overflow) = total.multipliedReportingOverflow(by: Int64(Self.base))
            let (difference, overflow2) = product.subtractingReportingOverflow(Int64(digit))
            if overflow || overflow2 { return nil }
            total = difference
        }
        if sign == Self.negative { return total }
        let (positive, overflow) = Int64(0).subtractingReportingOverflow(total)
        return overflow ? nil : positive
    }

    /// The nearest double; the special values of `numeric` become those of `Double`.
    var double: Double? {
        switch sign {
        case 0xC000: return .nan
        case 0xD000: return .infinity
        case 0xF000: return -.infinity
        case 0, Self.negative: break
        default: return nil
        }
        // Through the decimal text, because summing powers of ten would round more than once.
        var text = sign == Self.negative ? "-0" : "0"
        for digit in digits {
            let decimal = String(digit)
            text += String(repeating: "0", count: 4 - decimal.count) + decimal
        }
        text += "e\((weight - digits.count + 1) * 4)"
        return Double(text)
    }
}
