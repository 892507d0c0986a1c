import Foundation

/// What texts of people may be.
package enum TextRules {
    /// What is wrong with a text.
    package struct Flaw: Error, Hashable, Sendable {
        package var code: FieldProblem.Code
        package var text: ProblemText
        package var limit: Int?

        init(code: FieldProblem.Code, _ key: ProblemText.Key, limit: Int? = nil) {
            self.code = code
            self.text = ProblemText(key, limit: limit)
            self.limit = limit
        }
    }

    /// Trims a text, brings it to NFC, and checks it. Direction controls are kept: a page isolates them where it shows the text.
    ///
    /// - Parameters:
    ///   - lengths: in characters.
    ///   - allowsLines: whether line feeds and tabs may stand in it; carriage returns before line feeds go.
    package static func clean(
        _ raw: String,
        _ lengths: ClosedRange<Int>,
        allowsLines: Bool
    ) -> Result<String, Flaw> {
        // A character can be made of any number of scalars.
        guard raw.unicodeScalars.count <= lengths.upperBound * 8 + 64 else { return .failure(Self.tooLong(lengths)) }
        let text = Self.composed(Self.trimmed(allowsLines ? raw.replacing("\r\n", with: "\n") : raw))
        guard text.count <= lengths.upperBound else { return .failure(Self.tooLong(lengths)) }
        guard text.count >= lengths.lowerBound else {
            return .failure(
                text.isEmpty
                    ? Flaw(code: .required, .missing)
                    : Flaw(code: .tooShort, .atLeastCharacters, limit: lengths.lowerBound)
            )
        }
        let isAllowed = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control: allowsLines && (scalar == "\n" || scalar == "\t")
            case .lineSeparator, .paragraphSeparator: allowsLines
            default: true
            }
        }
        guard isAllowed else {
            return .failure(Flaw(code: .invalid, .noControlCharacters))
        }
        // What nobody can see is no name.
        guard lengths.lowerBound == 0 || text.unicodeScalars.contains(where: Self.isVisible) else {
            return .failure(Flaw(code: .required, .missing))
        }
        return .success(text)
    }

    /// How a text is compared in searches: without accents and case, in compatibility form.
    package static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars
        where scalar.properties.generalCategory != .nonspacingMark {
            folded.append(scalar)
        }
        return String(folded)
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isWhitespace
            && scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
    }

    private static func tooLong(_ lengths: ClosedRange<Int>) -> Flaw {
        Flaw(code: .tooLong, .atMostCharacters, limit: lengths.upperBound)
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace = { (character: Character) in character.isWhitespace }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    private static func composed(_ text: String) -> String { text.precomposedStringWithCanonicalMapping }
}
