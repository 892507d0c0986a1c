/// Streams that have no magic number at their start, or have it far behind.
enum StreamSignatures {
    /// MPEG transport stream: the sync byte 0x47 every 188 bytes, every 192 after a 4-byte timestamp, or every 204 with 16 bytes of error
    /// correction behind (ISO/IEC 13818-1 section 2.4.3.2; Blu-ray; ETSI EN 300 421 section 4.4.2). Five in a row, or all that fit into a
    /// shorter file, but at least three. A recording that was cut anywhere begins in the middle of a packet; there it takes eight.
    static func isTransportStream(_ prefix: [UInt8]) -> Bool {
        if self.hasSync(prefix, first: 0, distance: 188) || self.hasSync(prefix, first: 4, distance: 192) {
            return true
        }
        return [188, 192, 204].contains { distance in
            prefix.indices.prefix(distance).contains {
                prefix[$0] == 0x47 && self.hasSync(prefix, first: $0, distance: distance, atLeast: 8)
            }
        }
    }

    private static func hasSync(_ prefix: [UInt8], first: Int, distance: Int, atLeast needed: Int = 3) -> Bool {
        let positions = Array(stride(from: first, to: prefix.count, by: distance).prefix(max(5, needed)))
        return positions.count >= needed && positions.allSatisfy { prefix[$0] == 0x47 }
    }

    /// Where the audio begins behind an ID3v2 tag; nil without one. A cover makes the tag megabytes long, which is past any
    /// prefix.
    ///
    /// Source: ID3v2.4.0 structure, section 3.1: the size has 28 bits in four bytes, without the header and footer.
    static func endOfID3(_ prefix: [UInt8]) -> Int64? {
        guard prefix.count >= 10, prefix.starts(with: Array("ID3".utf8)), prefix[3] != 0xFF else { return nil }
        guard prefix[6...9].allSatisfy({ $0 < 0x80 }) else { return nil }
        let size = prefix[6...9].reduce(Int64(0)) { $0 << 7 | Int64($1) }
        let footer: Int64 = prefix[5] & 0x10 != 0 ? 10 : 0
        return 10 + size + footer
    }

    enum AudioFrame: Hashable {
        case mpeg
        case aac
        case flac
    }

    /// What starts with these bytes: a frame header of MPEG audio (ISO/IEC 11172-3 section 2.4.1.3), ADTS AAC (ISO/IEC 13818-7
    /// section 6.2) or FLAC (RFC 9639 section 6). Zero bytes of padding may come first.
    static func audioFrame(_ bytes: [UInt8]) -> AudioFrame? {
        let start = bytes.firstIndex { $0 != 0 } ?? bytes.endIndex
        let rest = Array(bytes[start...].prefix(4))
        guard rest.count == 4 else { return nil }
        if rest.elementsEqual("fLaC".utf8) { return .flac }
        guard rest[0] == 0xFF, rest[1] & 0xE0 == 0xE0 else { return nil }
        let version = rest[1] >> 3 & 3
        let layer = rest[1] >> 1 & 3
        if rest[1] & 0xF6 == 0xF0 { return .aac }
        let bitrate = rest[2] >> 4
        let rate = rest[2] >> 2 & 3
        return version != 1 && layer != 0 && bitrate != 15 && rate != 3 ? .mpeg : nil
    }
}
