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

    @Test(
        "A text of which nobody can see anything is an empty one, where it may be empty",
        arguments: ["\u{200B}", " \u{200B} \u{2060}\n\u{FEFF}", "\u{E0041}", "\u{3164}", "\u{200D}\u{FE0F}", "\u{AD}"]
    )
    func nothing(text: String) throws {
        #expect(try TextRules.clean(text, 0...200, allowsLines: true).get().isEmpty)
        #expect(try TextRules.clean("a" + text, 0...200, allowsLines: true).get().unicodeScalars.first == "a")
    }

    /// Letters of Hebrew with points and cantillation, Arabic with signs of recitation, a Tibetan stack, and what emoji are made of.
    @Test(
        "People's languages have room for their marks",
        arguments: [
            "Tiếng Việt: nghiễng, thuở", "Tie\u{302}\u{301}ng", "שׁ\u{5BC}\u{5B8}\u{5BD}\u{591}", "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
            "ٱلرَّحْمَٰنِ ٱلرَّحِيمِ", "น้ำผึ้งที่นี่", "क्षत्रियों का हिन्दी", "\u{F67}\u{F90}\u{FB5}\u{FA8}\u{FB3}\u{FBA}\u{FBC}\u{FBB}\u{F82}",
            "မြန်မာဘာသာ", "👩🏽‍❤️‍💋‍👨🏿", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇫🇷🇩🇪", "👍🏿", "1️⃣", "🏳️‍🌈",
        ]
    )
    func marks(text: String) throws {
        #expect(try TextRules.clean(text, 1...200, allowsLines: false).get() == text)
    }

    @Test("Marks that are piled up are refused, also with joiners between them; many characters may have some each")
    func piles() throws {
        let pile = String(repeating: "\u{300}", count: 9)
        // The first one becomes a part of its letter.
        #expect(throws: Never.self) { try TextRules.clean("a" + pile, 1...200, allowsLines: false).get() }
        let joined = "x" + String(repeating: "\u{334}\u{200D}", count: 9)
        for text in [
            "a\u{300}" + pile, "x" + pile, "my x\(pile)y", joined, pile, "x" + String(repeating: "\u{20DD}", count: 9),
        ] {
            let flaw = #expect(throws: TextRules.Flaw.self) {
                try TextRules.clean(text, 1...200, allowsLines: false).get()
            }
            #expect(flaw?.code == .invalid && flaw?.limit == 8)
        }
        let each = String(repeating: "x" + String(repeating: "\u{300}", count: 8), count: 20)
        #expect(throws: Never.self) { try TextRules.clean(each, 1...200, allowsLines: false).get() }
    }

    @Test("Searches compare without accents and case")
    func folded() {
        #expect(TextRules.folded("ÉTÉ ﬁn") == TextRules.folded("ete fin"))
    }
}
