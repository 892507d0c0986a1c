import MediaCore
import Testing

/// PNG files put together here, chunk by chunk, to say of their colours what they are told to.
enum PngFile {
    typealias Chunk = (type: String, content: [UInt8])

    /// A PNG of the four colours, with these chunks in front of the data.
    static func withQuarters<Value>(_ chunks: [Chunk], _ body: (String) throws -> Value) throws -> Value {
        try self.with(size: PixelSize(width: 40, height: 40), kind: 2, chunks, body) { x, y in
            Quarters.colours[(y < 20 ? 0 : 2) + (x < 20 ? 0 : 1)].prefix(3).map { UInt8($0) }
        }
    }

    /// A PNG of one colour.
    /// - Parameter kind: the colour type: 0 grey, 2 RGB, 3 numbers of a palette, 4 grey with alpha.
    static func with<Value>(
        pixel: [UInt8],
        bits: UInt8 = 8,
        kind: UInt8,
        _ chunks: [Chunk],
        _ body: (String) throws -> Value
    ) throws -> Value {
        try self.with(size: PixelSize(width: 16, height: 16), bits: bits, kind: kind, chunks, body) { _, _ in pixel }
    }

    private static func with<Value>(
        size: PixelSize,
        bits: UInt8 = 8,
        kind: UInt8,
        _ chunks: [Chunk],
        _ body: (String) throws -> Value,
        _ pixel: (Int, Int) -> [UInt8]
    ) throws -> Value {
        var rows: [UInt8] = []
        for y in 0..<size.height {
            rows.append(0)
            for x in 0..<size.width { rows += pixel(x, y) }
        }
        var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header = self.u32(size.width) + self.u32(size.height) + [bits, kind, 0, 0, 0]
        for chunk in [("IHDR", header)] + chunks + [("IDAT", self.deflated(rows)), ("IEND", [])] {
            let content = Array(chunk.0.utf8) + chunk.1
            png += self.u32(chunk.1.count) + content + self.u32(Int(self.checksum(content)))
        }
        return try Pictures.withFile("a.png", png, body)
    }

    /// `iCCP` with this profile.
    static func profile(_ bytes: [UInt8]) -> Chunk { ("iCCP", Array("made\0\0".utf8) + self.deflated(bytes)) }

    static func gamma(_ value: Int) -> Chunk { ("gAMA", self.u32(value)) }

    /// White, red, green, blue, in hundred thousandths.
    static func primaries(_ values: [Int]) -> Chunk { ("cHRM", values.flatMap(self.u32)) }

    static func u32(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    /// A zlib stream of blocks that are not compressed (RFC 1950, RFC 1951 section 3.2.4).
    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65535)
            rest = rest.dropFirst(block.count)
            let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
            result += [rest.isEmpty ? 1 : 0, low, high, ~low, ~high] + block
        } while !rest.isEmpty
        var (first, second) = (1, 0)
        for byte in bytes {
            first = (first + Int(byte)) % 65521
            second = (second + first) % 65521
        }
        return result + self.u32(second << 16 | first)
    }

    /// PNG, third edition, annex D.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
        }
    }
}
