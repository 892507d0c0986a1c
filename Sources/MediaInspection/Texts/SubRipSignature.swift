/// SubRip's subtitles by the line that no other text has: two times and an arrow.
///
/// There is no specification. Taken is what players take and the reader of subtitles here too: empty lines first, any number or none,
/// hours or none, a dot for the comma, one to three digits behind it or none, spaces around anything.
enum SubRipSignature {
    /// How far below the first line with anything on it the times may stand.
    private static let maximumLines = 40

    /// - Parameter prefix: the beginning of a text.
    static func opens(_ prefix: TextPrefix) -> Bool {
        // Any number of empty lines, and a second mark of programs that put files together.
        let start = TextPrefix(prefix.bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) })
        var lines = start.lines(upTo: self.maximumLines).drop(while: \.isEmpty)
        // The number, and empty lines that some programs put behind it.
        if let number = lines.first, number.count <= 10, number.allSatisfy(self.isDigit) {
            lines = lines.dropFirst().drop(while: \.isEmpty)
        }
        return lines.first.map(self.isTiming) ?? false
    }

    /// `00:01:02,500 --> 00:01:05,000`, and what may follow: coordinates.
    private static func isTiming(_ line: ArraySlice<UInt8>) -> Bool {
        guard let arrow = line.firstRange(of: Array("-->".utf8)) else { return false }
        let end = line[arrow.upperBound...].drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 }
        return self.isTime(line[..<arrow.lowerBound].filter { $0 != 0x20 && $0 != 0x09 }[...])
            && (self.isTime(end) || self.isTime(line[arrow.upperBound...].filter { $0 != 0x20 && $0 != 0x09 }[...]))
    }

    private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let last = parts.last else { return false }
        let seconds = last.split(maxSplits: 1, omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".")
        }
        let numbers = parts.dropLast() + seconds.prefix(1)
        let fraction = seconds.count == 2 ? seconds[1] : [UInt8(ascii: "0")]
        return (1...3).contains(fraction.count) && fraction.allSatisfy(self.isDigit)
            && numbers.allSatisfy { (1...4).contains($0.count) && $0.allSatisfy(self.isDigit) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
