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

    /// Marks that one character may carry, in NFC. The longest stack that people write, of Tibetan, has eight; Hebrew with points and
    /// cantillation, and Vietnamese, Thai or Devanagari, have half of that. More are piled up to cover what stands around them.
    static let maximumMarks = 8

    /// Trims a text, brings it to NFC, and checks it. Direction controls are kept: a page isolates them where it shows the text. A text
    /// of which nobody can see anything is an empty one.
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
        let text = Self.seen(Self.composed(Self.trimmed(allowsLines ? raw.replacing("\r\n", with: "\n") : raw)))
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
        guard Self.mostMarks(in: text) <= Self.maximumMarks else {
            return .failure(Flaw(code: .invalid, .tooManyMarks, limit: Self.maximumMarks))
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

    /// Nothing instead of what is made of invisible characters and spaces only. Control characters stay: they are refused.
    private static func seen(_ text: String) -> String {
        let isSomething = text.unicodeScalars.contains { scalar in
            let properties = scalar.properties
            return Self.isVisible(scalar) || properties.generalCategory == .control && !properties.isWhitespace
        }
        return isSomething ? text : ""
    }

    /// The marks of the character that has most of them. What cannot be seen between them, as a joiner, begins no other character.
    private static func mostMarks(in text: String) -> Int {
        var (most, marks) = (0, 0)
        for scalar in text.unicodeScalars where !scalar.isASCII || marks > 0 {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .spacingMark, .enclosingMark: marks += 1
            case .format: break
            default: marks = 0
            }
            most = max(most, marks)
        }
        return most
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
