/// A packet of an elementary stream: one picture, or a few frames of sound (PES, ISO/IEC 13818-1 section 2.4.3.6).
struct ElementaryPacket {
    var bytes: [UInt8]
    var isKeyFrame: Bool

    /// - Parameters:
    ///   - stream: 0xE0 for pictures, 0xC0 for sound.
    ///   - presentation: in ticks of 1/90,000 s.
    ///   - decode: given where it differs.
    init(stream: UInt8, content: [UInt8], presentation: Int64, decode: Int64?, isKeyFrame: Bool) {
        let times =
            decode.map { Self.time(presentation, mark: 3) + Self.time($0, mark: 1) }
            ?? Self.time(presentation, mark: 2)
        // Filling makes a packet long enough to be spread over sixteen transport packets.
        let filling = max(0, 40 - content.count)
        let header = times + [UInt8](repeating: 0xFF, count: filling)
        let length = 3 + header.count + content.count
        // Pictures may be too long to say how long they are.
        let said = stream == 0xE0 ? 0 : UInt16(clamping: length)
        self.bytes = [
            0, 0, 1, stream, UInt8(said >> 8), UInt8(truncatingIfNeeded: said), 0x84, decode == nil ? 0x80 : 0xC0,
            UInt8(header.count),
        ]
        self.bytes += header
        self.bytes += content
        self.isKeyFrame = isKeyFrame
    }

    /// 33 bits in five bytes.
    private static func time(_ ticks: Int64, mark: UInt8) -> [UInt8] {
        let value = UInt64(max(0, ticks)) & 0x1_FFFF_FFFF
        return [
            mark << 4 | UInt8(value >> 30) << 1 | 1,
            UInt8(truncatingIfNeeded: value >> 22), UInt8(truncatingIfNeeded: value >> 15) << 1 | 1,
            UInt8(truncatingIfNeeded: value >> 7), UInt8(truncatingIfNeeded: value) << 1 | 1,
        ]
    }
}
