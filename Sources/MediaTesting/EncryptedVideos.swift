/// Videos as they look when a service locks them, made of clear ones, or of ones that FFmpeg encrypted: the marks are where the formats
/// have them, and the pictures are noise.
package enum EncryptedVideos {
    /// The options of ffmpeg that encrypt an MP4 as Common Encryption has it (ISO/IEC 23001-7).
    package static let options = [
        "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid",
        "a7e61c373e219033c21091fa607bf3b8",
    ]

    // MARK: MP4

    /// Common Encryption as Protected Interoperable File Format 1.1 said it before: in `uuid` boxes.
    package static func piff(_ bytes: [UInt8]) -> [UInt8] {
        self.boxes(bytes[...]) { type, content in
            switch type {
            case "schm": return self.box("schm", Array(content.prefix(4)) + Array("piff".utf8) + [0, 1, 0, 1])
            case "tenc": return self.box("uuid", self.trackEncryption + content)
            case "senc", "saio", "saiz": return []
            // A fragment lists nothing else; how many samples there are does not matter here.
            case "trun":
                return self.box("trun", Array(content))
                    + self.box("uuid", self.sampleEncryption + [0, 0, 0, 0, 0, 0, 0, 0])
            default: return nil
            }
        }
    }

    /// A name of four letters for another, in all sample entries: FairPlay's, or one that is not known.
    package static func renaming(_ name: String, to other: String, in bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for place in bytes.indices.dropLast(4) where bytes[place..<place + 4].elementsEqual(name.utf8) {
            bytes.replaceSubrange(place..<place + 4, with: other.utf8)
        }
        return bytes
    }

    private static let trackEncryption: [UInt8] = [
        0x89, 0x74, 0xDB, 0xCE, 0x7B, 0xE7, 0x4C, 0x51, 0x84, 0xF9, 0x71, 0x48, 0xF9, 0x88, 0x25, 0x54,
    ]
    private static let sampleEncryption: [UInt8] = [
        0xA2, 0x39, 0x4F, 0x52, 0x5A, 0x9B, 0x4F, 0x14, 0xA2, 0x44, 0x6C, 0x42, 0x7C, 0x64, 0x8D, 0xF4,
    ]

    /// Boxes in which others lie, and how far behind the beginning of their content.
    private static let parents: [String: Int] = [
        "moov": 0, "trak": 0, "mdia": 0, "minf": 0, "stbl": 0, "stsd": 8, "encv": 78, "enca": 28, "sinf": 0, "schi": 0,
        "moof": 0, "traf": 0,
    ]

    private static func boxes(
        _ bytes: ArraySlice<UInt8>,
        _ change: (String, ArraySlice<UInt8>) -> [UInt8]?
    ) -> [UInt8] {
        var rest = bytes
        var result: [UInt8] = []
        while rest.count >= 8 {
            let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8, size <= rest.count else { break }
            let type = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
            let content = rest.prefix(size).dropFirst(8)
            if let changed = change(type, content) {
                result += changed
            } else if let start = self.parents[type] {
                result += self.box(type, Array(content.prefix(start)) + self.boxes(content.dropFirst(start), change))
            } else {
                result += rest.prefix(size)
            }
            rest = rest.dropFirst(size)
        }
        return result + rest
    }

    private static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let size = content.count + 8
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + Array(type.utf8) + content
    }

    // MARK: WebM

    /// A WebM of ffmpeg's `-live 1`, and `-write_crc32 0`, whose sizes are unknown, with `ContentEncryption` in its first track (RFC 9559 section 5.1.4.1.31).
    /// - Parameter key: its name; nil for an encryption that names none.
    package static func webM(_ bytes: [UInt8], key: [UInt8]?) -> [UInt8] {
        func element(_ id: [UInt8], _ content: [UInt8]) -> [UInt8] {
            id + [0x40 | UInt8(content.count >> 8), UInt8(content.count & 255)] + content
        }
        let keyName = key.map { element([0x47, 0xE2], $0) } ?? []
        let encryption = element([0x50, 0x35], element([0x47, 0xE1], [5]) + keyName)
        let encoding = element([0x62, 0x40], element([0x50, 0x33], [1]) + encryption)
        let added = element([0x6D, 0x80], encoding)
        // The name stands in the index of the segment as well: here a track follows its size.
        let name = [0x16, 0x54, 0xAE, 0x6B] as [UInt8]
        let tracks = bytes.indices.dropLast(16).first {
            bytes[$0..<$0 + 4].elementsEqual(name) && bytes[$0 + 4 + self.size(bytes, at: $0 + 4).bytes] == 0xAE
        }
        guard let tracks else { return bytes }
        let (whole, wholeBytes) = self.size(bytes, at: tracks + 4)
        let entry = tracks + 4 + wholeBytes
        let (track, trackBytes) = self.size(bytes, at: entry + 1)
        let start = tracks + 4 + wholeBytes
        let first = Array(bytes[(entry + 1 + trackBytes)..<(entry + 1 + trackBytes + track)])
        let others = Array(bytes[(entry + 1 + trackBytes + track)..<(start + whole)])
        let changed = element(name, element([0xAE], first + added) + others)
        return bytes[..<tracks] + changed + bytes[(start + whole)...]
    }

    private static func size(_ bytes: [UInt8], at place: Int) -> (size: Int, bytes: Int) {
        let count = bytes[place].leadingZeroBitCount + 1
        let number = bytes[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
        return (number & (1 << (7 * count) - 1), count)
    }

    // MARK: MPEG

    /// A transport stream whose packets of one PID are scrambled (ISO/IEC 13818-1 section 2.4.3.3).
    /// - Parameter share: which part of them, from the end.
    package static func transportStream(_ bytes: [UInt8], identifier: Int = 0x100, share: Double = 1) -> [UInt8] {
        var bytes = bytes
        let begin = Int(Double(bytes.count) * (1 - share))
        for packet in stride(from: 0, to: bytes.count - 187, by: 188) where packet >= begin {
            guard Int(bytes[packet + 1] & 0x1F) << 8 | Int(bytes[packet + 2]) == identifier,
                bytes[packet + 3] & 0x10 != 0
            else { continue }
            let payload = packet + 4 + (bytes[packet + 3] & 0x20 != 0 ? 1 + Int(bytes[packet + 4]) : 0)
            bytes[packet + 3] |= 0x80
            for place in payload..<max(payload, packet + 188) { bytes[place] = self.noise(bytes[place], place) }
        }
        return bytes
    }

    /// A program stream whose pictures are scrambled as on discs (section 2.4.3.7, `PES_scrambling_control`).
    package static func programStream(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for place in bytes.indices.dropLast(9) where bytes[place..<place + 4].elementsEqual([0, 0, 1, 0xE0]) {
            let length = Int(bytes[place + 4]) << 8 | Int(bytes[place + 5])
            guard bytes[place + 6] & 0xC0 == 0x80 else { continue }
            bytes[place + 6] |= 0x10
            let end = min(bytes.count, place + 6 + length)
            let payload = min(end, place + 9 + Int(bytes[place + 8]))
            for place in payload..<end { bytes[place] = self.noise(bytes[place], place) }
        }
        return bytes
    }

    private static func noise(_ byte: UInt8, _ place: Int) -> UInt8 {
        byte ^ UInt8(truncatingIfNeeded: place &* 2_654_435_761 >> 16 | 1)
    }
}
