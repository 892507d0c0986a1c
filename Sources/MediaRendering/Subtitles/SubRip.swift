import MediaCore

/// SubRip's subtitles (`.srt`): a number, a line of times, lines of text, an empty line.
///
/// There is no specification; read the way players do: numbers may be missing, hours too, and a dot may stand for the comma.
enum SubRip {
    private static let maximumCues = 100_000
    /// What is longer is text.
    private static let maximumTagLengthBytes = 256

    /// The cues that can be read; what stands between them is left out.
    static func cues(in text: String) -> [WebVTT.Cue] {
        let lines = SubtitleText.lines(text)
        var cues: [WebVTT.Cue] = []
        var index = 0
        while index < lines.count, cues.count < Self.maximumCues {
            guard let (start, end) = Self.times(lines[index]) else {
                index += 1
                continue
            }
            index += 1
            var content: [String] = []
            while index < lines.count, !lines[index].allSatisfy(\.isWhitespace) {
                // Without an empty line before it: the number of the next cue, and its times.
                if Self.times(lines[index]) != nil { break }
                if index + 1 < lines.count, Self.isNumber(lines[index]), Self.times(lines[index + 1]) != nil { break }
                content.append(Self.webVTT(lines[index]))
                index += 1
            }
            let text = content.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
            if !text.isEmpty, end > start { cues.append(WebVTT.Cue(start: start, end: end, text: text)) }
        }
        return cues
    }

    /// `00:01:02,500 --> 00:01:05,000`, and what may follow: coordinates that nobody heeds.
    private static func times(_ line: Substring) -> (start: Double, end: Double)? {
        guard let arrow = line.firstRange(of: "-->") else { return nil }
        let end = line[arrow.upperBound...].split(whereSeparator: \.isWhitespace).first
        guard let start = self.time(line[..<arrow.lowerBound].filter { !$0.isWhitespace }[...]),
            let end = end.flatMap(Self.time)
        else { return nil }
        return (start, end)
    }

    private static func time(_ text: Substring) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let last = parts.last else { return nil }
        let seconds = last.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "," || $0 == "." }
        let fraction = seconds.count == 2 ? seconds[1] : "0"
        let numbers = parts.dropLast() + seconds.prefix(1)
        guard (1...3).contains(fraction.count), fraction.allSatisfy(\.isASCIIDigit),
            numbers.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy(\.isASCIIDigit) })
        else { return nil }
        let whole = numbers.reduce(0.0) { $0 * 60 + (Double($1) ?? 0) }
        return whole + (Double("0.\(fraction)") ?? 0)
    }

    private static func isNumber(_ line: Substring) -> Bool {
        let text = line.filter { !$0.isWhitespace }
        return !text.isEmpty && text.allSatisfy(\.isASCIIDigit)
    }

    /// Keeps `<b>`, `<i>` and `<u>`, which WebVTT has too; other tags and `{\an8}` go.
    private static func webVTT(_ line: Substring) -> String {
        var result = ""
        var rest = line[...]
        while let character = rest.first {
            if character == "<", let end = Self.end(of: rest, ">"), let tag = Self.tag(rest[...end]) {
                result += tag
                rest = rest[rest.index(after: end)...]
            } else if rest.hasPrefix("{\\"), let end = Self.end(of: rest, "}") {
                rest = rest[rest.index(after: end)...]
            } else {
                result += WebVTTText.escaped(rest.prefix(1))
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// Where the tag ends that `text` begins with. Looked for nearby only: else a line of nothing but openings would be read to its
    /// end for each of them.
    private static func end(of text: Substring, _ closing: Unicode.Scalar) -> String.Index? {
        text.utf8.prefix(Self.maximumTagLengthBytes).firstIndex(of: UInt8(ascii: closing))
    }

    /// - Returns: what becomes of a tag; nil for what is none: `a < b > c`.
    private static func tag(_ text: Substring) -> String? {
        let inner = text.dropFirst().dropLast().lowercased()
        if ["b", "/b", "i", "/i", "u", "/u"].contains(inner) { return "<\(inner)>" }
        let name = inner.drop { $0 == "/" }.prefix { $0.isLetter }
        return ["font", "s", "strike"].contains(String(name)) ? "" : nil
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { self.isASCII && self.isNumber }
}
