/// Languages as players show them: a tag of BCP 47 and the language's own name.
enum LanguageTag {
    /// Letters, digits and hyphens in the way of BCP 47; whether there is such a language is not looked at.
    static func isPlausible(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return text.utf8.count <= 35 && (2...8).contains(parts.first?.utf8.count ?? 0)
            && parts.allSatisfy { part in
                (1...8).contains(part.utf8.count)
                    && part.utf8.allSatisfy { byte in
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    }
            }
    }

    /// The shortest tag (RFC 5646 section 4.5): `fr` for `fra` and `fre`; others as they are.
    static func tag(_ language: String) -> String {
        let code = language.lowercased()
        return self.languages.first { $0.codes.contains(code) }?.tag ?? language
    }

    /// What the language calls itself; the tag where that is not known.
    static func name(_ tag: String) -> String {
        let primary = tag.split(separator: "-").first.map { $0.lowercased() } ?? tag
        let found = self.languages.first { $0.tag == primary || $0.codes.contains(primary) }
        guard let name = found?.name else { return tag }
        return tag.contains("-") ? "\(name) (\(tag))" : name
    }

    private struct Language {
        var tag: String
        /// Of ISO 639-2, both kinds.
        var codes: [String]
        var name: String
    }

    private static let languages: [Language] = [
        .init(tag: "ar", codes: ["ara"], name: "العربية"), .init(tag: "bg", codes: ["bul"], name: "Български"),
        .init(tag: "ca", codes: ["cat"], name: "Català"), .init(tag: "cs", codes: ["ces", "cze"], name: "Čeština"),
        .init(tag: "da", codes: ["dan"], name: "Dansk"), .init(tag: "de", codes: ["deu", "ger"], name: "Deutsch"),
        .init(tag: "el", codes: ["ell", "gre"], name: "Ελληνικά"), .init(tag: "en", codes: ["eng"], name: "English"),
        .init(tag: "es", codes: ["spa"], name: "Español"), .init(tag: "et", codes: ["est"], name: "Eesti"),
        .init(tag: "fa", codes: ["fas", "per"], name: "فارسی"), .init(tag: "fi", codes: ["fin"], name: "Suomi"),
        .init(tag: "fr", codes: ["fra", "fre"], name: "Français"), .init(tag: "he", codes: ["heb"], name: "עברית"),
        .init(tag: "hi", codes: ["hin"], name: "हिन्दी"), .init(tag: "hr", codes: ["hrv"], name: "Hrvatski"),
        .init(tag: "hu", codes: ["hun"], name: "Magyar"), .init(tag: "id", codes: ["ind"], name: "Indonesia"),
        .init(tag: "it", codes: ["ita"], name: "Italiano"), .init(tag: "ja", codes: ["jpn"], name: "日本語"),
        .init(tag: "ko", codes: ["kor"], name: "한국어"), .init(tag: "lt", codes: ["lit"], name: "Lietuvių"),
        .init(tag: "lv", codes: ["lav"], name: "Latviešu"),
        .init(tag: "nl", codes: ["nld", "dut"], name: "Nederlands"),
        .init(tag: "nb", codes: ["nob"], name: "Norsk bokmål"), .init(tag: "no", codes: ["nor"], name: "Norsk"),
        .init(tag: "pl", codes: ["pol"], name: "Polski"), .init(tag: "pt", codes: ["por"], name: "Português"),
        .init(tag: "ro", codes: ["ron", "rum"], name: "Română"), .init(tag: "ru", codes: ["rus"], name: "Русский"),
        .init(tag: "sk", codes: ["slk", "slo"], name: "Slovenčina"),
        .init(tag: "sl", codes: ["slv"], name: "Slovenščina"),
        .init(tag: "sr", codes: ["srp"], name: "Српски"), .init(tag: "sv", codes: ["swe"], name: "Svenska"),
        .init(tag: "th", codes: ["tha"], name: "ไทย"), .init(tag: "tr", codes: ["tur"], name: "Türkçe"),
        .init(tag: "uk", codes: ["ukr"], name: "Українська"), .init(tag: "vi", codes: ["vie"], name: "Tiếng Việt"),
        .init(tag: "zh", codes: ["zho", "chi"], name: "中文"),
    ]
}
