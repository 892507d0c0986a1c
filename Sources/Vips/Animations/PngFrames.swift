import IsoMedia
import MediaCore

/// The frames of an animated PNG, each as a PNG of its own (PNG, third edition, sections 4.9 and 11.3.6).
///
/// libvips 8.14 to 8.18 shows the first picture only.
struct PngFrames {
    struct Frame {
        var place: FrameCanvas.Place
        var disposal: FrameCanvas.Disposal
        var isBlended: Bool
        /// Milliseconds.
        var delay: Int32
        fileprivate var data: [Range<Int>] = []
    }

    let size: PixelSize
    private(set) var frames: [Frame] = []
    /// How often it is shown; 0 for ever.
    private(set) var plays: Int32 = 0

    private let bytes: UnsafeRawBufferPointer
    private var header: Range<Int>
    /// Chunks in front of the data that say what the pixels mean.
    private var meaning: [PngChunks.Chunk] = []

    /// - Returns: nil where the PNG does not move, or not as it says: then it is what its `IDAT` shows, as in browsers.
    init?(_ bytes: UnsafeRawBufferPointer, maximumCount: Int = .max) {
        var chunks = PngChunks(bytes)
        guard let first = chunks.next(), first.type == "IHDR", first.content.count == 13 else { return nil }
        func number(_ offset: Int, _ width: Int = 4) -> Int {
            (0..<width).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
        }
        self.bytes = bytes
        self.header = first.content
        self.size = PixelSize(width: number(first.content.lowerBound), height: number(first.content.lowerBound + 4))
        var declared = 0
        // Controls and data are numbered; where one is missing or out of order the whole animation counts for nothing.
        var sequence = 0
        var hasData = false
        while let chunk = chunks.next(), chunk.type != "IEND" {
            let start = chunk.content.lowerBound
            switch chunk.type {
            case "acTL" where chunk.content.count == 8 && !hasData:
                declared = number(start)
                self.plays = Int32(clamping: number(start + 4))
            case "fcTL":
                guard chunk.content.count == 26, self.frames.count < maximumCount, number(start) == sequence else {
                    return nil
                }
                sequence += 1
                let place = FrameCanvas.Place(
                    left: number(start + 12),
                    top: number(start + 16),
                    width: number(start + 4),
                    height: number(start + 8)
                )
                guard place.width > 0, place.height > 0, place.left + place.width <= self.size.width,
                    place.top + place.height <= self.size.height
                else { return nil }
                let (above, below) = (number(start + 20, 2), number(start + 22, 2))
                let milliseconds = 1000 * above / (below == 0 ? 100 : below)
                let disposals: [FrameCanvas.Disposal] = [.keep, .clear, .restore]
                let (disposal, blend) = (Int(bytes[start + 24]), bytes[start + 25])
                guard disposal < disposals.count, blend < 2 else { return nil }
                self.frames.append(
                    Frame(
                        place: place,
                        disposal: disposals[disposal],
                        isBlended: blend == 1,
                        // As GIF's, which browsers show so.
                        delay: milliseconds <= 10 ? 100 : Int32(clamping: milliseconds)
                    )
                )
            case "IDAT":
                hasData = true
                // Without a control in front of it, it is for those who know no animations.
                if !self.frames.isEmpty { self.frames[self.frames.count - 1].data.append(chunk.content) }
            case "fdAT":
                guard chunk.content.count >= 4, !self.frames.isEmpty, number(start) == sequence else { return nil }
                sequence += 1
                self.frames[self.frames.count - 1].data.append(start + 4..<chunk.content.upperBound)
            case "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT":
                if !hasData { self.meaning.append(chunk) }
            default: break
            }
        }
        guard declared > 1, declared == self.frames.count, self.frames.allSatisfy({ !$0.data.isEmpty }) else {
            return nil
        }
    }

    /// A frame as a PNG.
    func png(of frame: Frame) -> [UInt8] {
        var png = PngChunks.signature
        var header: [UInt8] = []
        for value in [frame.place.width, frame.place.height] {
            for shift in [24, 16, 8, 0] { header.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        Self.append("IHDR", header + self.bytes[self.header].dropFirst(8), to: &png)
        for chunk in self.meaning { Self.append(chunk.type.description, Array(self.bytes[chunk.content]), to: &png) }
        for data in frame.data { Self.append("IDAT", Array(self.bytes[data]), to: &png) }
        Self.append("IEND", [], to: &png)
        return png
    }

    private static func append(_ type: String, _ content: [UInt8], to png: inout [UInt8]) {
        func number(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
        let body = Array(type.utf8) + content
        png += number(UInt32(truncatingIfNeeded: content.count)) + body + number(self.checksum(body))
    }

    /// PNG, third edition, annex D.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { Self.table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}
