/// What is kept beside a film's texts for lists and searches.
enum MovieTexts {
    /// What a title is sorted by: without accents, case and article (French and English).
    ///
    /// At most 50 characters of Unicode, because an index takes no longer keys; films that begin alike for so long are in the order
    /// of their ids.
    static func sortKey(ofTitle title: String) -> String {
        let folded = TextRules.folded(title)
        var rest = Substring(folded)
        for article in Self.articles where rest.hasPrefix(article) {
            let behind = rest.dropFirst(article.count).drop { $0.isWhitespace }
            if !behind.isEmpty { rest = behind }
            break
        }
        return String(String.UnicodeScalarView(rest.unicodeScalars.prefix(50)))
    }

    /// All that searches look at, one text for each line.
    static func searchText(of values: MovieValues) -> String {
        var parts = [values.text(.title), values.text(.description)]
        parts += values.texts(.categories) + values.texts(.tags)
        if let year = values.number(.year) { parts.append("\(Int(year))") }
        return TextRules.folded(parts.joined(separator: "\n"))
    }

    /// The words of a search, each as a pattern of `LIKE`.
    static func patterns(ofSearch search: String) -> [String] {
        TextRules.folded(search).split(whereSeparator: \.isWhitespace).map { word in
            var pattern = "%"
            for character in word {
                if character == "\\" || character == "%" || character == "_" { pattern.append("\\") }
                pattern.append(character)
            }
            return pattern + "%"
        }
    }

    /// With the sign behind which no space stands. `\u{2019}` is the apostrophe that typesetters use.
    private static let articles = [
        "le ", "la ", "les ", "l'", "l\u{2019}", "un ", "une ", "the ", "a ", "an ",
    ]
}
