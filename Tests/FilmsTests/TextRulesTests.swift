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

    @Test(
        "What nobody can see is no name; what makes a line of its own stands in no single line",
        arguments: ["\u{200B}", "\u{2060}\u{FEFF}", "\u{E0041}", "\u{202E}", "\u{3164}", "a\u{2028}b", "a\u{2029}b"]
    )
    func invisible(text: String) {
        #expect(throws: TextRules.Flaw.self) { try TextRules.clean(text, 1...200, allowsLines: false).get() }
    }

    @Test("Emoji, marks and letters of any script can be seen", arguments: ["👨‍👩‍👧‍👦", "हि", "ـ", "e\u{301}", "!", "9"])
    func visible(text: String) {
        #expect(throws: Never.self) { try TextRules.clean(text, 1...200, allowsLines: false).get() }
    }

    @Test("Searches compare without accents and case")
    func folded() {
        #expect(TextRules.folded("ÉTÉ ﬁn") == TextRules.folded("ete fin"))
    }
}
