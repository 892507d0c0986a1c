/// Small files that decode to much: valid, or valid as far as their headers go.
package enum Bombs {
    /// A progressive JPEG of 20,000 x 20,000 grey pixels in 780 kB: all of its coefficients must be kept until the last scan.
    ///
    /// One bit per block says "no change", then runs of 32,767 empty blocks (ITU-T T.81 sections F.1.2.1 and G.1.2.2).
    package static func progressiveJPEG(side: Int = 20_000) -> [UInt8] {
        let blocks = ((side + 7) / 8) * ((side + 7) / 8)
        var bytes: [UInt8] = [0xFF, 0xD8]
        func segment(_ marker: UInt8, _ content: [UInt8]) {
            bytes += [0xFF, marker] + Self.big16(content.count + 2) + content
        }
        segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        segment(0xC2, [8] + Self.big16(side) + Self.big16(side) + [1, 1, 0x11, 0])
        let oneCode: [UInt8] = [1] + [UInt8](repeating: 0, count: 15)
        segment(0xC4, [0x00] + oneCode + [0])
        segment(0xC4, [0x10] + oneCode + [0xE0])
        segment(0xDA, [1, 1, 0x00, 0, 0, 0])
        bytes += [UInt8](repeating: 0, count: (blocks + 7) / 8)
        segment(0xDA, [1, 1, 0x00, 1, 63, 0])
        var bits = BitWriter(isMostSignificantFirst: true)
        for _ in 0..<(blocks / 32767 + 1) {
            bits.put(0, count: 1)
            bits.put(0x3FFF, count: 14)
        }
        // A byte of ones in the data is followed by a zero, or it would be a marker.
        for byte in bits.bytes { bytes += byte == 0xFF ? [0xFF, 0x00] : [byte] }
        return bytes + [0xFF, 0xD9]
    }

    /// A lossless WebP of 16,383 x 16,383 pixels in 28 bytes: five prefix codes of one symbol, which takes no bits (RFC 9649 section
    /// 3.7.2).
    package static func webP(side: Int = 16_383) -> [UInt8] {
        var bits = BitWriter(isMostSignificantFirst: false)
        bits.put(side - 1, count: 14)
        bits.put(side - 1, count: 14)
        // No alpha, version 0, no transform, no colour cache, one group of codes.
        bits.put(0, count: 1 + 3 + 1 + 1 + 1)
        for _ in 0..<5 { bits.put(1, count: 4) }
        var payload = [0x2F] + bits.bytes
        if payload.count % 2 == 1 { payload.append(0) }
        let body = Array("WEBPVP8L".utf8) + Self.little32(payload.count) + payload
        return Array("RIFF".utf8) + Self.little32(body.count) + body
    }

    /// A GIF of `count` frames of one pixel.
    package static func gif(frames count: Int = 100_000) -> [UInt8] {
        let header: [UInt8] =
            Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0] + [UInt8](repeating: 0, count: 6)
        let frame: [UInt8] =
            [0x21, 0xF9, 4, 0, 1, 0, 0, 0] + [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0] + [2, 2, 0x44, 1, 0]
        var bytes = header
        bytes.reserveCapacity(header.count + frame.count * count + 1)
        for _ in 0..<count { bytes += frame }
        return bytes + [0x3B]
    }

    /// A HEIC whose `ispe` property says 16,000 x 12,600 instead of its 4,032 x 3,024.
    package static func heic(_ photograph: [UInt8]) -> [UInt8] {
        Self.claiming((16_000, 12_600), insteadOf: (4032, 3024), in: photograph)
    }

    /// An AVIF whose `ispe` property says 16,000 x 16,000 instead of its 3,024 x 4,032: its header claims 256 megapixels, its pixels
    /// are those of the photograph.
    package static func avif(_ photograph: [UInt8]) -> [UInt8] {
        Self.claiming((16_000, 16_000), insteadOf: (3024, 4032), in: photograph)
    }

    /// The file with another width and height in its first `ispe` property of the given size (ISO/IEC 23008-12 section 6.5.3).
    private static func claiming(
        _ claim: (width: Int, height: Int),
        insteadOf said: (width: Int, height: Int),
        in photograph: [UInt8]
    ) -> [UInt8] {
        guard let place = photograph.firstRange(of: Self.big32(said.width) + Self.big32(said.height)) else {
            return photograph
        }
        var bytes = photograph
        bytes.replaceSubrange(place, with: Self.big32(claim.width) + Self.big32(claim.height))
        return bytes
    }

    /// An MP4 whose media data claims to be a petabyte.
    package static func mp4() -> [UInt8] {
        let brands = Array("isom".utf8) + [0, 0, 2, 0] + Array("isommp41".utf8)
        let claim = Self.big32(1) + Array("mdat".utf8) + Self.big32(1 << 18) + Self.big32(0)
        return Self.big32(8 + brands.count) + Array("ftyp".utf8) + brands + claim + [UInt8](repeating: 0, count: 1000)
    }

    private static func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
    private static func big32(_ value: Int) -> [UInt8] { Self.big16(value >> 16) + Self.big16(value) }
    private static func little32(_ value: Int) -> [UInt8] { Self.big32(value).reversed() }
}

/// Numbers of any number of bits, packed.
private struct BitWriter {
    /// How bytes are filled, and which bit of a number comes first.
    let isMostSignificantFirst: Bool
    var bytes: [UInt8] = []
    private var used = 8

    init(isMostSignificantFirst: Bool) { self.isMostSignificantFirst = isMostSignificantFirst }

    mutating func put(_ value: Int, count: Int) {
        for index in 0..<count {
            let bit = UInt8(value >> (self.isMostSignificantFirst ? count - 1 - index : index) & 1)
            if self.used == 8 {
                self.bytes.append(0)
                self.used = 0
            }
            self.bytes[self.bytes.count - 1] |= bit << (self.isMostSignificantFirst ? 7 - self.used : self.used)
            self.used += 1
        }
    }
}
