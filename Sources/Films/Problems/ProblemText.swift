/// A sentence for people, not yet in a language: its key, and what stands in place of its placeholders.
///
///     ProblemText(.parameterTwice, ["name": "sort"]).words(in: .fr)   // Le paramètre sort figure deux fois.
package struct ProblemText: Hashable, Sendable {
    package var key: Key
    /// By the names of the placeholders. The values are the same in every language.
    package var arguments: [String: String]

    /// - Parameters:
    ///   - limit: becomes the argument `limit`.
    ///   - seconds: becomes the argument `seconds`.
    package init(_ key: Key, _ arguments: [String: String] = [:], limit: Int? = nil, seconds: Int? = nil) {
        self.key = key
        self.arguments = arguments
        if let limit { self.arguments["limit"] = "\(limit)" }
        if let seconds { self.arguments["seconds"] = "\(seconds)" }
    }

    /// The sentence.
    package func words(in language: Language) -> String {
        ProblemTexts.of(language).sentence(self.key.rawValue, self.arguments)
    }

    /// The sentence as the log and programs have it.
    package var english: String { self.words(in: .en) }
}
