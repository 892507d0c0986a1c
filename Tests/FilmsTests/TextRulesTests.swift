import Films
import Testing

@Suite("What texts of people may be")
struct TextRulesTests {
    @Test("Spaces around a text go, accents become one form")
    func cleaned() throws {
        let text = try TextRules.clean("  Les Enfants du Paradis e\u{301} ", 1...200, allowsLines: false).get()
        #expect(text.unicodeScalars.elementsEqual("Les Enfants du Paradis é".unicodeScalars))
    }

    @Test("Control characters are refused, direction controls are kept", arguments: ["a\u{0}b", "a\u{7}b", "a\nb"])
    func controls(text: String) throws {
        #expect(throws: TextRules.Flaw.self) { try TextRules.clean(text, 1...200, allowsLines: false).get() }
        #expect(try TextRules.clean("a\u{202E}b", 1...200, allowsLines: false).get() == "a\u{202E}b")
    }

    @Test("Searches compare without accents and case")
    func folded() {
        #expect(TextRules.folded("ÉTÉ ﬁn") == TextRules.folded("ete fin"))
    }
}
