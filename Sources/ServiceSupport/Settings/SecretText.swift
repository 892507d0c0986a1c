/// Texts of others in messages for people: passwords are left out, and nothing breaks a line.
package enum SecretText {
    /// What stands for a value that nobody is to see.
    package static let hidden = "(kept secret)"

    private static let maximumLength = 200

    /// The text with the user and the password of every URL in it, and the value of every `password=`, replaced.
    package static func redacted(_ text: String) -> String {
        // Up to the last @ of the word: a password with an @ in it is a common mistake.
        text.replacing(/(:\/\/)[^\s"']*@/) { "\($0.1)…@" }
            .replacing(/(?i)(password\s*=\s*)('[^']*'?|[^\s&"']+)/) { "\($0.1)…" }
    }

    /// A value as a message shows it: redacted, in one line, not endless.
    static func shown(_ value: String) -> String {
        let line = String(
            String.UnicodeScalarView(value.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
        )
        let text = Self.redacted(line)
        return text.count > Self.maximumLength ? text.prefix(Self.maximumLength) + "…" : text
    }

    /// A key as a message shows it. What has other characters than keys have is rather a value in the wrong place, which may be
    /// a password.
    static func shown(key: String) -> String {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false).map { part in
            let isName =
                (1...64).contains(part.utf8.count)
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
            return isName ? String(part) : "(no name)"
        }
        return parts.joined(separator: ".")
    }
}
