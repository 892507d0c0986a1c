/// GIF: blocks (GIF89a specification, sections 15 to 27).
///
/// Stay: images, their timing and transparency, the number of loops, the ICC profile. Go: comments, other applications'
/// blocks (XMP among them), and all that lies behind the end.
enum GifMetadata {
    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        guard bytes.starts(with: "GIF8", at: 0), let flags = bytes.u8(10) else { throw MetadataFault("no signature") }
        var offset = 13 + Self.colorTableLength(flags)
        guard bytes.contains(0..<offset) else { throw MetadataFault("a colour table without its end") }
        splice.keep(0..<offset)
        while let introducer = bytes.u8(offset) {
            let start = offset
            switch introducer {
            case 0x3B:
                return splice.keep(start..<start + 1)
            case 0x2C:
                guard let flags = bytes.u8(start + 9) else { throw MetadataFault("an image without its head") }
                offset = Self.endOfBlocks(bytes, from: start + 11 + Self.colorTableLength(flags))
                guard bytes.contains(start..<offset) else { throw MetadataFault("an image without its end") }
                splice.keep(start..<offset)
            case 0x21:
                guard let label = bytes.u8(start + 1) else { throw MetadataFault("an extension without its label") }
                offset = min(bytes.count, Self.endOfBlocks(bytes, from: start + 2))
                if Self.isVisible(label, bytes, start) { splice.keep(start..<offset) }
            default:
                // What decoders make of it is their affair; nobody knows what it holds.
                return
            }
        }
    }

    private static func isVisible(_ label: UInt8, _ bytes: ByteView, _ start: Int) -> Bool {
        switch label {
        // Timing and transparency; text to be drawn.
        case 0xF9, 0x01: true
        case 0xFF:
            bytes.starts(with: "NETSCAPE2.0", at: start + 3) || bytes.starts(with: "ANIMEXTS1.0", at: start + 3)
                || bytes.starts(with: "ICCRGBG1012", at: start + 3)
        default: false
        }
    }

    /// Past a row of sub-blocks: each a length and so many bytes, the last of length 0.
    private static func endOfBlocks(_ bytes: ByteView, from start: Int) -> Int {
        var offset = start
        while let length = bytes.u8(offset) {
            offset += 1 + Int(length)
            if length == 0 { break }
        }
        return min(offset, bytes.count)
    }

    private static func colorTableLength(_ flags: UInt8) -> Int {
        flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1)
    }
}
