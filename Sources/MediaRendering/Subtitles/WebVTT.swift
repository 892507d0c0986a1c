import IsoMedia
import MediaCore

/// Subtitles as HTTP Live Streaming wants them (RFC 8216 section 3.5, https://www.w3.org/TR/webvtt1/).
struct WebVTT: Hashable {
    var cues: [Cue]

    struct Cue: Hashable {
        /// In seconds.
        var start: Double
        var end: Double
        /// With WebVTT's escapes and tags.
        var text: String
    }

    /// - Parameter lead: how much before the video its stream begins, in ticks of 1/90,000 s.
    func bytes(lead: Int) -> [UInt8] {
        var text = Self.head(lead: lead)
        for cue in self.cues {
            text += "\n\(Self.time(cue.start)) --> \(Self.time(cue.end))\n\(cue.text)\n"
        }
        return Array(text.utf8)
    }

    /// The first lines: subtitles' 0:00 is at `lead` in the stream.
    static func head(lead: Int) -> String { "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:\(lead)\n" }

    private static func time(_ seconds: Double) -> String { WebVTTTime.text(min(max(0, seconds), 3_599_999)) }
}

extension WebVTT {
    /// Subtitles from inside of a video: plain text.
    init(_ text: TimedText) {
        self.cues = text.cues.compactMap { cue in
            let lines = cue.text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
            guard !lines.isEmpty else { return nil }
            return Cue(
                start: cue.start,
                end: cue.end,
                text: lines.map { WebVTTText.escaped($0) }.joined(separator: "\n")
            )
        }
    }
}
