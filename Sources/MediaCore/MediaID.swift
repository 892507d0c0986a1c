/// The identity of a file's record: a UUID version 7 (RFC 9562 section 5.7), so that ids sort by creation time.
package struct MediaID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// 16 bytes in network order.
    package let bytes: [UInt8]

    /// Makes a new one: 48 bits of milliseconds, 74 random bits.
    package init(now: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(clamping: now.microseconds / 1000)
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * UInt64($0))) }
        bytes += (0..<10).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.bytes = bytes
    }

    /// Makes a new one with the random numbers of the system.
    package init(now: Timestamp) {
        var generator = SystemRandomNumberGenerator()
        self.init(now: now, using: &generator)
    }

    /// Takes exactly 16 bytes; nil otherwise.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads the 36-character form of any UUID version (RFC 9562 section 4), either case; nil otherwise.
    package init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        var digits: [UInt8] = []
        for (index, character) in characters.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
            } else {
                digits.append(character)
            }
        }
        // A UUID is half a digest: reuse its strict hexadecimal by doubling the text.
        let hex = String(decoding: digits, as: UTF8.self)
        guard let doubled = Digest(hex: hex + hex) else { return nil }
        self.bytes = Array(doubled.bytes.prefix(16))
    }

    /// The last identifier of the same millisecond: tells when something was made, and not what.
    package var lastOfMillisecond: MediaID {
        MediaID(trusted: Array(self.bytes.prefix(6)) + [0x7F, 0xFF, 0xBF] + [UInt8](repeating: 0xFF, count: 7))
    }

    private init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// The 36-character lower-case form.
    package var description: String {
        let digits = "0123456789abcdef".utf8.map { $0 }
        var text: [UInt8] = []
        for (index, byte) in self.bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    package static func < (left: MediaID, right: MediaID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = MediaID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
