/// What is wrong with a configuration: all mistakes that were found, not only the first.
///
/// No text of it holds the value of a setting that is secret, nor lines of a configuration file.
package struct SettingsError: Error, Hashable, Sendable {
    /// One mistake.
    package struct Problem: Hashable, Sendable {
        /// The setting; nil where the mistake is in none.
        package var key: String?
        /// What is wrong and what is allowed; one sentence or two, for the person who wrote it.
        package var reason: String
        /// Where it stands: `mediad.yaml, line 3`, `MEDIAD_HTTP_PORT`; nil for the command line.
        package var place: String?

        /// The place, where there is one, and the reason.
        package var text: String { self.place.map { "\($0): \(self.reason)" } ?? self.reason }
    }

    /// At least one, in the order in which they were found.
    package let problems: [Problem]

    /// An error with these mistakes.
    package init(_ problems: [Problem]) { self.problems = problems }

    /// An error with this text.
    package init(_ reason: String) { self.init([Problem(reason: reason)]) }

    /// `value` is not allowed for the setting `key`.
    /// - Parameter allowed: what is, to complete "It must be".
    package static func invalid(_ key: String, _ value: String, _ allowed: String) -> SettingsError {
        SettingsError([.invalid(key, value, allowed)])
    }

    /// For people: a single mistake in a line, several in a line each.
    package var message: String {
        let texts = self.problems.map(\.text)
        guard texts.count > 1 else { return texts.joined() }
        return "The configuration has \(texts.count) mistakes:\n" + texts.map { "  \($0)" }.joined(separator: "\n")
    }
}

extension SettingsError.Problem {
    /// `value` is not allowed for the setting `key`.
    static func invalid(_ key: String, _ value: String, _ allowed: String) -> Self {
        Self(
            key: key,
            reason: "The setting \(key) is \"\(SecretText.shown(value))\", which is not allowed. It must be \(allowed)."
        )
    }
}
