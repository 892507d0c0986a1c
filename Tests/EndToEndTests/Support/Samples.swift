import Crypto
import FoundationEssentials
import Testing

/// Bytes to send: real files, and real files made unlike any other.
enum Samples {
    /// A file of Tests/Fixtures.
    static func fixture(_ name: String) throws -> [UInt8] {
        // This file lies in Tests/EndToEndTests/Support.
        let folder = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        return Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/Fixtures/\(name)")))
    }

    /// A JPEG of 640 x 480 that nobody else sends: a real one with random comment segments (ITU T.81, B.2.4.5).
    ///
    /// - Parameter padding: how many comment bytes; the picture itself has 56 kB.
    static func jpeg(padding: Int = 16) throws -> [UInt8] {
        var bytes = try fixture("exif-orientation/1.jpg")
        var comments: [UInt8] = []
        var left = padding
        while left > 0 {
            let length = min(left, 65_000)
            comments += [0xFF, 0xFE, UInt8((length + 2) >> 8), UInt8((length + 2) & 0xFF)]
            comments += noise(length)
            left -= length
        }
        bytes.insert(contentsOf: comments, at: 2)
        return bytes
    }

    /// An MP4 that nobody else sends: the clip with a `free` box of random bytes behind it (ISO/IEC 14496-12, 8.1.2).
    static func video(padding: Int = 16) throws -> [UInt8] {
        let size = padding + 8
        let header = [UInt8(size >> 24 & 0xFF), UInt8(size >> 16 & 0xFF), UInt8(size >> 8 & 0xFF), UInt8(size & 0xFF)]
        return try fixture("clip-5s.mp4") + header + Array("free".utf8) + noise(padding)
    }

    /// A PNG of `width` x `height` random grey pixels, not compressed (RFC 2083, RFC 1951 section 3.2.4).
    static func png(width: Int = 40, height: Int = 30) -> [UInt8] {
        var raw: [UInt8] = []
        for _ in 0..<height { raw += [0] + noise(width) }
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        while start < raw.count {
            let part = raw[start..<min(raw.count, start + 65_535)]
            start = part.endIndex
            let length = UInt16(part.count)
            stream += [start == raw.count ? 1 : 0] + little(length) + little(~length) + part
        }
        stream += big(adler(raw))
        let header = big(UInt32(width)) + big(UInt32(height)) + [8, 0, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", header) + chunk("IDAT", stream) + chunk("IEND", [])
    }

    /// An SVG that nobody else sends, in the form that it is stored in.
    static func svg() -> [UInt8] {
        let root =
            ##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="32">"##
        let shape = ##"<title>\##(UUID().uuidString)</title><rect width="64" height="32" fill="#c00"/>"##
        return Array((root + shape + "</svg>\n").utf8)
    }

    /// A text document that nobody else sends.
    static func text(_ first: String = "A note.") -> [UInt8] {
        Array("\(first)\n\(UUID().uuidString)\n".utf8)
    }

    /// The smallest PDF that libmagic and readers take for one.
    static func pdf() -> [UInt8] {
        Array(
            """
            %PDF-1.4
            % \(UUID().uuidString)
            1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
            2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
            3 0 obj<</Type/Page/MediaBox[0 0 3 3]/Parent 2 0 R>>endobj
            trailer<</Root 1 0 R>>
            %%EOF

            """.utf8
        )
    }

    static func noise(_ count: Int) -> [UInt8] {
        // Unique: no two samples of a run may have the same bytes, so no seed decides them.
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
        }
        return Array(bytes.prefix(count))
    }

    /// 64 lower-case hexadecimal digits.
    static func sha256(_ bytes: some DataProtocol) -> String {
        SHA256.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
    }

    fileprivate static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        return big(UInt32(content.count)) + body + big(crc(body))
    }

    fileprivate static func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
    private static func little(_ value: UInt16) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = ~0
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        return high << 16 | low
    }
}

extension Samples {
    /// A PNG with a right header for 60,000 x 60,000 pixels and hardly any content.
    static func giantPNG() -> [UInt8] {
        var bytes = png(width: 8, height: 8)
        let header = big(60_000) + big(60_000) + [8, 0, 0, 0, 0]
        bytes.replaceSubrange(8..<33, with: chunk("IHDR", header))
        return bytes
    }
}
