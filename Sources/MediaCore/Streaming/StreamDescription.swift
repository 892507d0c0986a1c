/// What playlists say of a video: how it is coded, and how it is cut into segments.
///
/// Made by a worker from the video's bytes; so it is believed only within ``isPlausible``.
package struct StreamDescription: Hashable, Sendable, Codable {
    /// How all segments of the stream are packed.
    package var container: StreamContainer
    /// As `CODECS` has them (RFC 6381), the picture's first.
    package var codecs: [String]
    /// Upright, in pixels; nil for sound alone.
    package var dimensions: PixelSize?
    /// Nil for sound alone.
    package var framesPerSecond: Double?
    /// `SDR`, `HLG` or `PQ`; nil for sound alone.
    package var videoRange: String?
    /// Bits per second of the largest segment, for its length.
    package var peakBitRate: Int
    /// Bits per second of the whole stream.
    package var averageBitRate: Int
    /// The length of each segment.
    package var segmentSeconds: [Double]
    /// When the video's own time begins, in ticks of 1/90,000 s of the stream.
    package var lead: Int
    /// The first is the one in ``StreamTracks/main``.
    package var audio: [Track]
    /// Subtitles in the video.
    package var captions: [Track]
    /// Where players should begin, in seconds of the stream; nil for its beginning.
    package var startSeconds: Double?

    /// A track that players may choose.
    package struct Track: Hashable, Sendable, Codable {
        /// In the video's file.
        package var number: Int
        /// ISO 639-2, three letters.
        package var language: String?
        /// To be shown also to those who asked for none: foreign speech.
        package var isForced: Bool

        /// - Parameter language: nil where the file says none.
        package init(number: Int, language: String?, isForced: Bool = false) {
            self.isForced = isForced
            self.number = number
            self.language = language
        }
    }

    /// A description as the worker makes it; nothing is checked, see ``isPlausible``.
    package init(
        container: StreamContainer,
        codecs: [String],
        dimensions: PixelSize?,
        framesPerSecond: Double?,
        videoRange: String?,
        peakBitRate: Int,
        averageBitRate: Int,
        segmentSeconds: [Double],
        lead: Int,
        audio: [Track],
        captions: [Track],
        startSeconds: Double? = nil
    ) {
        self.container = container
        self.codecs = codecs
        self.dimensions = dimensions
        self.framesPerSecond = framesPerSecond
        self.videoRange = videoRange
        self.peakBitRate = peakBitRate
        self.averageBitRate = averageBitRate
        self.segmentSeconds = segmentSeconds
        self.lead = lead
        self.audio = audio
        self.captions = captions
        self.startSeconds = startSeconds
    }

    /// Bytes of JSON at most: some 100,000 segments, a week.
    package static let maximumLengthBytes = 2 << 20

    /// Whether a sound worker could have written it, and nothing in it breaks the lines of a playlist.
    package var isPlausible: Bool {
        let rates = [self.peakBitRate, self.averageBitRate]
        let tracks = self.audio + self.captions
        return (1...4).contains(self.codecs.count) && self.codecs.allSatisfy { $0.isPlain(upTo: 64) }
            && self.dimensions.map { (1...65535).contains($0.width) && (1...65535).contains($0.height) } ?? true
            && self.framesPerSecond.map { $0 > 0 && $0 <= 10_000 } ?? true
            && self.videoRange?.isPlain(upTo: 8) ?? true
            && rates.allSatisfy { (0...1 << 40).contains($0) }
            && (1...200_000).contains(self.segmentSeconds.count)
            && self.segmentSeconds.allSatisfy { $0 >= 0 && $0 <= 315_576_000 }
            && (0...1 << 40).contains(self.lead)
            && self.startSeconds.map { $0 >= 0 && $0 <= 315_576_000 } ?? true
            && tracks.count <= 256
            && tracks.allSatisfy { $0.number >= 0 && ($0.language?.isPlain(upTo: 3) ?? true) }
    }
}

extension String {
    /// ASCII letters, digits and dots.
    fileprivate func isPlain(upTo limit: Int) -> Bool {
        (1...limit).contains(self.utf8.count)
            && self.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return byte < 0x80 && (character.isLetter || character.isNumber || character == ".")
            }
    }
}
