/// PNG: chunks (W3C PNG specification, third edition, section 5).
///
/// Stay: critical chunks, and those that decide what is seen. Go: texts, time, EXIF but its orientation, private chunks, and
/// all that lies behind the end.
enum PngMetadata {
    /// Transparency, colour space, background, pixel size, palettes, and the frames of an animation.
    private static let visible: Set<String> = [
        "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "cICP", "mDCV", "cLLI", "bKGD", "pHYs", "hIST", "sPLT", "acTL",
        "fcTL", "fdAT",
    ]

    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        guard bytes.u32(0) == 0x8950_4E47 else {
            throw MetadataFault("no signature")
        }
        splice.keep(0..<8)
        var offset = 8
        while let length = bytes.u32(offset), let first = bytes.u8(offset + 4) {
            guard length <= bytes.count - offset - 12 else { throw MetadataFault("a chunk without its end") }
            let chunk = offset..<offset + 12 + length
            let name = String(decoding: bytes.array(offset + 4..<offset + 8), as: UTF8.self)
            // Bit 5 of the first letter: lower case is ancillary, so a decoder may do without.
            if first & 0x20 == 0 || Self.visible.contains(name) {
                splice.keep(chunk)
            } else if name == "eXIf",
                let orientation = ExifOrientation.read(bytes, in: offset + 8..<chunk.upperBound - 4)
            {
                splice.replace(chunk, with: Self.chunk("eXIf", ExifOrientation.structure(orientation)))
            }
            offset = chunk.upperBound
            if name == "IEND" { return }
        }
        throw MetadataFault("no end")
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + content
        return self.bigEndian(UInt32(content.count)) + checked + self.bigEndian(self.checksum(of: checked))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// CRC-32 as in annex D of the specification; bit by bit, for a few bytes.
    private static func checksum(of bytes: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~value
    }
}
