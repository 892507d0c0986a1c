import Testing

@testable import Films

@Suite("Numbers of a query")
struct PlainDecimalTests {
    @Test(
        "are plain decimals",
        arguments: [("0", 0), ("5", 5), ("7.5", 7.5), ("10.0", 10), ("-0.1", -0.1), ("007", 7)] as [(String, Double)]
    )
    func numbers(text: String, expected: Double) {
        #expect(PlainDecimal.number(text) == expected)
        #expect(PlainDecimal.integer(text) == (text.contains(".") ? nil : Int(expected)))
    }

    @Test(
        "and nothing else that Swift reads as a number",
        arguments: [
            "", "-", "--1", "+5", "0x5", "0x1p3", "1e1", "1E1", "inf", "-inf", "infinity", "nan", "NAN", " 5", "5 ",
            "5\n",
            "5.", ".5", "1.2.3", "1,5", "1_000", "٥", "５", "5\u{0}",
        ]
    )
    func others(text: String) {
        #expect(PlainDecimal.number(text) == nil)
        #expect(PlainDecimal.integer(text) == nil)
    }

    @Test("An integer that none can hold is none")
    func large() {
        #expect(PlainDecimal.integer("9223372036854775807") == .max)
        #expect(PlainDecimal.integer("9223372036854775808") == nil)
    }
}
