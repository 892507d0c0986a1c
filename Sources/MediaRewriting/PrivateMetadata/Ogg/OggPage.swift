import MediaCore

/// A page of an Ogg file, without its content.
///
/// Source: RFC 3533 section 6.
struct OggPage {
    /// Which logical stream it is a part of.
    var serial: UInt32
    /// Whether it goes on with a packet of the page before.
    var isContinued: Bool
    /// Whether a stream begins with it.
    var isFirst: Bool
    /// Its packets, or parts of them, as places in the file; and whether the packet ends there.
    var packets: [(range: Range<Int64>, isEnd: Bool)] = []
    /// With its head; may reach past the end of a file that was cut off.
    var range: Range<Int64>

    /// Where the checksum stands, from the page's beginning.
    static let checksumOffset = 22
    /// More bytes has no page.
    static let maximumLength = 27 + 255 + 255 * 255

    /// - Parameter head: the bytes from `position` on: 282, or fewer at the end of the file.
    /// - Returns: nil for what is no page, and for one that ends before its content.
    init?(_ head: [UInt8], at position: Int64) {
        guard head.count >= 27, head.starts(with: Array("OggS\0".utf8)), head[5] & 0xF8 == 0,
            head.count >= 27 + Int(head[26])
        else { return nil }
        self.isContinued = head[5] & 1 != 0
        self.isFirst = head[5] & 2 != 0
        self.serial = head[14..<18].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        var start = position + 27 + Int64(head[26])
        var end = start
        for length in head[27..<27 + Int(head[26])] {
            end += Int64(length)
            guard length < 255 else { continue }
            self.packets.append((start..<end, true))
            start = end
        }
        if end > start { self.packets.append((start..<end, false)) }
        self.range = position..<end
    }

    /// The checksum of a page in whose bytes it is zero; as it is stored.
    static func checksum(of page: [UInt8]) -> [UInt8] {
        var value: UInt32 = 0
        for byte in page { value = value << 8 ^ self.checksums[Int(value >> 24 ^ UInt32(byte))] }
        return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// CRC-32 with the polynomial 04C11DB7, the highest bit first.
    private static let checksums: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte) << 24) { value, _ in value << 1 ^ (value >> 31 == 1 ? 0x04C1_1DB7 : 0) }
    }
}
