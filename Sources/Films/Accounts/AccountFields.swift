import Foundation

/// What names, addresses and passwords may be.
enum AccountFields {
    /// A user name and how it is compared.
    struct Username: Hashable, Sendable {
        var text: String
        var key: String
    }

    /// An e-mail address and how it is compared.
    struct Email: Hashable, Sendable {
        var text: String
        var key: String
    }

    static let passwordLengths = 10...1024

    /// Letters and digits of any script with their marks, `.`, `_` and `-`; a letter or digit comes first.
    ///
    /// There is no `@` in it, so a name is never an address.
    static func username(_ reader: inout FieldReader, isRequired: Bool) throws(FilmsError) -> Username? {
        guard let text = try reader.text("username", 1...60, isRequired: isRequired) else { return nil }
        let key = TextRules.folded(text)
        guard Self.isUsername(text), !key.isEmpty else {
            reader.note(FieldProblem("username", .username, .username))
            return nil
        }
        return Username(text: text, key: key)
    }

    /// RFC 5321 section 4.1.2 without quoted names, comments and addresses in brackets. Whether it reaches somebody, nobody asks.
    static func email(_ reader: inout FieldReader, isRequired: Bool) throws(FilmsError) -> Email? {
        guard let text = try reader.text("email", 1...254, isRequired: isRequired) else { return nil }
        guard Self.isEmail(text) else {
            reader.note(FieldProblem("email", .email, .email))
            return nil
        }
        return Email(text: text, key: Self.emailKey(text))
    }

    /// A password that is to be kept. It is taken as it is: spaces count.
    static func newPassword(
        _ reader: inout FieldReader,
        _ body: RequestBody,
        isRequired: Bool
    ) throws(FilmsError) -> String? {
        guard let text = try Self.password("password", &reader, body, isRequired: isRequired) else { return nil }
        guard text.count >= Self.passwordLengths.lowerBound, Set(text).count > 1 else {
            let least = Self.passwordLengths.lowerBound
            reader.note(
                FieldProblem(
                    "password",
                    .passwordWeak,
                    .password,
                    limit: least
                )
            )
            return nil
        }
        return text
    }

    /// A password that is compared.
    static func password(
        _ name: String,
        _ reader: inout FieldReader,
        _ body: RequestBody,
        isRequired: Bool = true
    ) throws(FilmsError) -> String? {
        switch body.members[name] ?? .null {
        case .null:
            if isRequired { reader.note(FieldProblem(name, .required, .missing)) }
            return nil
        case .text(let text):
            let most = Self.passwordLengths.upperBound
            guard text.utf8.count <= most * 8, text.count <= most else {
                reader.note(FieldProblem(name, .tooLong, .atMostCharacters, limit: most))
                return nil
            }
            return text
        default: throw FieldReader.wrongType(name, .mustBeText)
        }
    }

    /// How a name that somebody signs in with is looked up: a user name or an address.
    static func key(ofName name: String) -> String { name.contains("@") ? Self.emailKey(name) : TextRules.folded(name) }

    private static func emailKey(_ text: String) -> String { text.lowercased().precomposedStringWithCanonicalMapping }

    private static func isUsername(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, Self.isLetterOrDigit(first) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .spacingMark: true
            default: Self.isLetterOrDigit(scalar) || [".", "_", "-"].contains(scalar)
            }
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), text.utf8.count <= 254 else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        let isName = { (part: Substring) in
            part.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
                    .paragraphSeparator:
                    false
                default: !"<>()[]\\,;:\"".unicodeScalars.contains(scalar)
                }
            }
        }
        return isName(parts[0]) && !parts[0].hasPrefix(".") && !parts[0].hasSuffix(".") && !parts[0].contains("..")
            && labels.allSatisfy {
                (1...63).contains($0.utf8.count) && isName($0) && !$0.hasPrefix("-") && !$0.hasSuffix("-")
            }
    }
}
