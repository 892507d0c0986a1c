/// Drones and dash cameras write their positions as subtitles.
package enum TelemetryText {
    /// So many texts from the beginning tell it.
    package static let textsRead = 24
    /// Of each text so many bytes.
    package static let bytesRead = 4096

    /// What such texts begin their positions with, in lower case.
    private static let marks = [
        "gps (", "gps(", "gps:", "gps :", "gps=", "$gprmc", "$gpgga", "$gnrmc", "$gngga", "home (", "home(",
        "latitude:",
        "latitude :", "latitude=", "[latitude", "longitude:", "longitude=", "lat:", "lat=", "lat :", "lon:", "lng:",
    ].map { Array($0.utf8) }

    /// Whether one of the texts says that it has a position, or at least half of them are built like one.
    package static func isTelemetry(_ texts: [[UInt8]]) -> Bool {
        let texts = texts.filter { !$0.isEmpty }
            .map { text in text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
        if texts.contains(where: self.isMarked) { return true }
        let count = texts.count { self.hasCoordinates($0) }
        return count > 0 && count * 2 >= texts.count
    }

    private static func isMarked(_ text: [UInt8]) -> Bool {
        self.marks.contains { mark in
            // By itself: "lon:" is not in "Salon: 20 Uhr". Letters of other scripts have bytes above ASCII.
            text.ranges(of: mark).contains { found in
                let before = text[..<found.lowerBound].last ?? 0x20
                return !(0x61...0x7A).contains(before) && before < 0x80
                    && text[found.upperBound...].prefix(16).contains(where: self.isDigit)
            }
        }
    }

    /// Two numbers with four digits behind the point, as only maps have them, or two that belong to points of the compass.
    private static func hasCoordinates(_ text: [UInt8]) -> Bool {
        var (precise, pointed) = (0, 0)
        var position = 0
        while let start = text[position...].firstIndex(where: self.isDigit) {
            let whole = text[start...].prefix(while: self.isDigit)
            var end = whole.endIndex
            var fraction = 0
            if end < text.count, text[end] == UInt8(ascii: ".") {
                fraction = text[(end + 1)...].prefix(while: self.isDigit).count
                end += fraction > 0 ? 1 + fraction : 0
            }
            if whole.count <= 3, fraction >= 4 { precise += 1 }
            let degrees = text[end...].starts(with: [0xC2, 0xB0]) ? 2 : 0
            if fraction >= 3 || degrees > 0, self.hasPoint(text, start..<end + degrees) { pointed += 1 }
            position = end
        }
        return precise >= 2 || pointed >= 2
    }

    /// Whether N, S, E or W stands in front of a number or behind it, by itself.
    private static func hasPoint(_ text: [UInt8], _ number: Range<Int>) -> Bool {
        func isPoint(_ byte: UInt8) -> Bool { "nsew".utf8.contains(byte) }
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
        func isBetween(_ byte: UInt8) -> Bool { self.isDigit(byte) || " .,:'\"+-\u{B0}".utf8.contains(byte) }
        let behind = text[number.upperBound...].prefix(12).drop(while: isBetween)
        if let point = behind.first, isPoint(point), !(behind.dropFirst().first.map(isLetter) ?? false) { return true }
        let before = text[..<number.lowerBound].suffix(3).reversed().drop { " :,+-".utf8.contains($0) }
        guard let point = before.first else { return false }
        return isPoint(point) && !(before.dropFirst().first.map(isLetter) ?? false)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
