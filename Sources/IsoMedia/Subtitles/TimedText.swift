package import Primitives

/// Subtitles inside of a video: 3GPP timed text (`tx3g`), which editors and ffmpeg (`mov_text`) write, and QuickTime's `text`.
///
/// Source: 3GPP TS 26.245 section 5.17.
package struct TimedText: Hashable, Sendable {
    /// In the order of the video.
    package var cues: [Cue]

    /// One text and the time at which it is shown.
    package struct Cue: Hashable, Sendable {
        /// In seconds of the video.
        package var start: Double
        /// In seconds of the video; always after ``start``.
        package var end: Double
        /// Plain; lines end with `\n`.
        package var text: String
    }

    private static let maximumCount = 50_000
    private static let maximumBytes = 8 << 20

    /// - Throws: ``IsoMediaFault``.
    package init(_ track: Track, in movie: Movie, reading source: some ByteSource) throws(IsoMediaFault) {
        let placement = try Placement(of: track, in: movie)
        var cursor = try track.samples.cursor()
        var bytesLeft = Self.maximumBytes
        self.cues = []
        while let sample = try cursor.next() {
            guard sample.index < Self.maximumCount, sample.size <= bytesLeft else {
                throw .tooComplex("too much text")
            }
            bytesLeft -= sample.size
            let start = Double(max(0, sample.presentationTime + placement.shift)) / Double(track.timescale)
            let end =
                Double(sample.presentationTime + placement.shift + sample.duration) / Double(track.timescale)
            let text = try Self.text(source.read(at: sample.offset, count: sample.size))
            // A pause is a sample without text.
            guard !text.isEmpty, end > start else { continue }
            self.cues.append(Cue(start: start, end: end, text: text))
        }
    }

    /// A length of 16 bits, then UTF-8, or UTF-16 with a byte order mark; what follows is about fonts.
    private static func text(_ sample: [UInt8]) throws(IsoMediaFault) -> String {
        let content = BoxContent(sample)
        guard content.count >= 2 else { return "" }
        let bytes = try content.part(2, count: min(Int(try content.u16(0)), content.count - 2)).bytes
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            let isBig = bytes[0] == 0xFE
            let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
                let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
                return isBig ? first << 8 | second : second << 8 | first
            }
            return String(decoding: units, as: UTF16.self)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Track {
    /// Whether it holds subtitles that ``TimedText`` reads.
    var isTimedText: Bool {
        guard ["sbtl", "text", "subt"].contains(self.handler), self.samples.count > 0,
            let entries = try? self.descriptions.boxes(from: 8)
        else { return false }
        return !entries.isEmpty && entries.allSatisfy { ["tx3g", "text"].contains($0.type) }
    }
}
