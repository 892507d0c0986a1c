/// Sound that is nothing but frames: each tells its length, so that the next one proves it.
enum AudioFrames {
    /// `audio/mpeg`, `audio/aac`, `audio/ac3` or `audio/eac3` where `needed` frames, or all that are there, follow each other.
    static func essence(_ bytes: ArraySlice<UInt8>, needed: Int = 3) -> String? {
        guard let first = self.frame(bytes) else { return nil }
        var rest = bytes
        var count = 0
        while count < needed, let frame = self.frame(rest), frame.essence == first.essence {
            count += 1
            guard rest.count > frame.length else { break }
            rest = rest.dropFirst(frame.length)
            if rest.count < 8, count >= 2 { break }
        }
        return count >= min(needed, 2) && (count >= needed || rest.count < 8) ? first.essence : nil
    }

    private struct Frame {
        var essence: String
        var length: Int
    }

    private static func frame(_ bytes: ArraySlice<UInt8>) -> Frame? {
        let head = Array(bytes.prefix(8))
        guard head.count == 8 else { return nil }
        if head[0] == 0x0B, head[1] == 0x77 { return self.dolby(head) }
        guard head[0] == 0xFF, head[1] & 0xE0 == 0xE0 else { return nil }
        return head[1] & 0xF6 == 0xF0 ? self.aac(head) : self.mpeg(head)
    }

    /// ADTS (ISO/IEC 13818-7 section 6.2).
    private static func aac(_ head: [UInt8]) -> Frame? {
        let length = Int(head[3] & 3) << 11 | Int(head[4]) << 3 | Int(head[5]) >> 5
        guard length >= 7, head[2] >> 2 & 15 < 13 else { return nil }
        return Frame(essence: "audio/aac", length: length)
    }

    /// MPEG-1, MPEG-2 (ISO/IEC 11172-3 section 2.4.1.3, 13818-3) and the unofficial MPEG-2.5.
    private static func mpeg(_ head: [UInt8]) -> Frame? {
        let version = head[1] >> 3 & 3
        let layer = 4 - Int(head[1] >> 1 & 3)
        let rateIndex = Int(head[2] >> 4)
        let sampling = Int(head[2] >> 2 & 3)
        guard version != 1, layer < 4, (1...14).contains(rateIndex), sampling < 3 else { return nil }
        let isFirst = version == 3
        let rates = isFirst ? self.rates1[layer - 1] : self.rates2[min(layer - 1, 1)]
        let hertz = [44100, 48000, 32000][sampling] >> (isFirst ? 0 : version == 2 ? 1 : 2)
        let padding = Int(head[2] >> 1 & 1)
        let bits = rates[rateIndex] * 1000
        let length =
            switch layer {
            case 1: (12 * bits / hertz + padding) * 4
            case 3 where !isFirst: 72 * bits / hertz + padding
            default: 144 * bits / hertz + padding
            }
        return Frame(essence: "audio/mpeg", length: length)
    }

    /// AC-3 and its successor (ETSI TS 102 366 sections 4.3 and E.1.2).
    private static func dolby(_ head: [UInt8]) -> Frame? {
        let version = head[5] >> 3
        if (11...16).contains(version) {
            return Frame(essence: "audio/eac3", length: ((Int(head[2] & 7) << 8 | Int(head[3])) + 1) * 2)
        }
        let sampling = head[4] >> 6
        let index = Int(head[4] & 63)
        guard version <= 10, sampling < 3, index < 38 else { return nil }
        let kilobits = self.dolbyRates[index >> 1]
        let words =
            switch sampling {
            case 0: kilobits * 2
            case 1: kilobits * 1000 * 1536 / 44100 / 16 + (index & 1)
            default: kilobits * 3
            }
        return Frame(essence: "audio/ac3", length: words * 2)
    }

    /// Kilobits per second by layer and index.
    private static let rates1: [[Int]] = [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ]
    private static let rates2: [[Int]] = [
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]
    private static let dolbyRates = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
    ]
}
