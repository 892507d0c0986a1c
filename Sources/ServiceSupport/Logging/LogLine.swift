/// A line of the log for people.
package enum LogLine {
    /// The text with everything escaped that would end the line, or that a terminal would obey, but for the newline at its end.
    ///
    /// What clients send stands in messages and metadata: a name with a newline in it must not look like a line of its own. `\n`, `\r` and `\t`
    /// are written so, other control characters, and separators of lines and paragraphs, as `\u{1b}`.
    package static func escaped(_ line: String) -> String {
        let body = line.utf8.last == UInt8(ascii: "\n") ? line.unicodeScalars.dropLast() : line.unicodeScalars[...]
        guard body.contains(where: Self.mustBeEscaped) else { return line }
        var escaped = String.UnicodeScalarView()
        for scalar in body {
            switch scalar {
            case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\r": escaped.append(contentsOf: "\\r".unicodeScalars)
            case "\t": escaped.append(contentsOf: "\\t".unicodeScalars)
            case _ where Self.mustBeEscaped(scalar):
                escaped.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped) + "\n"
    }

    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }
}
