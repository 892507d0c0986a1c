/// Non-negative integers of tus' header fields (tus 1.0, "Headers").
enum DecimalField {
    /// Reads `1*DIGIT`; nil for anything else: a sign, a fraction, an exponent, whitespace, more than `Int64.max`.
    static func parse(_ text: some StringProtocol) -> Int64? {
        let digits = text.utf8
        guard !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard byte.isDigit else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        return value
    }
}
