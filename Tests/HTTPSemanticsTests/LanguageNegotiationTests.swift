import HTTPSemantics
import Testing

@Suite("Which language a client prefers (RFC 9110 section 12.5.4)")
struct LanguageNegotiationTests {
    @Test(
        "The greatest weight counts, of equals the first; a kind of a language is content with the language",
        arguments: [
            ("fr", "fr"), ("FR", "fr"), ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
            ("en-US,en;q=0.9,fr;q=0.8", "en"), ("en;q=0.1, fr;q=0.2", "fr"), ("de, fr;q=0.5", "fr"), ("fr, en", "fr"),
            ("en, fr", "en"), ("fr-Latn-CA", "fr"), ("*", "en"), ("*;q=0.1, fr;q=0.2", "fr"), ("en;q=0, *", "fr"),
            ("fr;q=1.000", "fr"), ("fr ; q=0.5", "fr"), (" , ,fr", "fr"), ("en;q=0.5, fr;Q=0.7", "fr"),
        ]
    )
    func preferred(field: String, language: String) {
        #expect(LanguageNegotiation([field]).preferred(of: ["en", "fr"]) == language)
    }

    @Test(
        "What is not wanted, and what is malformed, is nothing",
        arguments: [
            "", "de", "fr;q=0", "fr-CA, fr;q=0, en;q=0", "frr", "f", "french-", "fr;q=2", "fr;q=0,5", "fr;q",
            "fr;level=1",
            "fr_CA", "*-fr", "é", "fr en", "123456789",
        ]
    )
    func nothing(field: String) {
        let found = LanguageNegotiation([field]).preferred(of: ["en", "fr"])
        #expect(found == nil || field == "fr;q=0,5" && found == nil)
    }

    @Test("Several lines are one list, and a list of thousands is read to its 64th member only")
    func lines() {
        #expect(LanguageNegotiation(["en;q=0.1", "fr"]).preferred(of: ["en", "fr"]) == "fr")
        let long = Array(repeating: "de", count: 64).joined(separator: ",") + ",fr"
        #expect(LanguageNegotiation([long]).preferred(of: ["en", "fr"]) == nil)
        #expect(LanguageNegotiation([]).preferred(of: ["en", "fr"]) == nil)
    }
}
