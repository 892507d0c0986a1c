import Foundation

/// All words of problems in one language: `Texts/problems.<language>.json`, which is a part of the program.
package struct ProblemTexts: Decodable, Sendable {
    /// What a status is called; of those that are not there, the reason phrase is the title.
    package var titles: [String: String]
    /// Sentences by their keys, with placeholders such as `{limit}`.
    package var details: [String: String]

    /// Those of a language.
    package static func of(_ language: Language) -> ProblemTexts {
        switch language {
        case .en: Self.english
        case .fr: Self.french
        }
    }

    private static let english = ProblemTexts(PackageResources.problems_en_json)
    private static let french = ProblemTexts(PackageResources.problems_fr_json)

    /// A file that cannot be read has no words; a test proves that both can be, and that no key is missing.
    private init(_ json: [UInt8]) {
        let texts = try? JSONDecoder().decode(Self.self, from: Data(json))
        self.titles = texts?.titles ?? [:]
        self.details = texts?.details ?? [:]
    }

    /// A sentence with its arguments. An argument's own braces mean nothing.
    func sentence(_ key: String, _ arguments: [String: String]) -> String {
        guard let pattern = self.details[key] else { return key }
        var sentence = ""
        var rest = Substring(pattern)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            sentence += rest[..<open]
            sentence += arguments[String(rest[rest.index(after: open)..<close])] ?? ""
            rest = rest[rest.index(after: close)...]
        }
        return sentence + rest
    }
}
