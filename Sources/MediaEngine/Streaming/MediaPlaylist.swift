import MediaCore

/// The segments of a video (RFC 8216 section 4.3.3).
struct MediaPlaylist {
    /// Seconds, and where the segment is, seen from the playlist.
    var segments: [(seconds: Double, uri: String)]
    /// Where the initialisation segment is; nil where segments need none.
    var initialization: String?

    var text: String {
        // No segment may be longer, when both are rounded (section 4.3.3.1).
        let longest = self.segments.map(\.seconds).max() ?? 0
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:\(max(1, Int(longest.rounded())))",
            "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS",
        ]
        if let initialization { lines.append("#EXT-X-MAP:URI=\"\(initialization)\"") }
        for segment in self.segments {
            lines.append("#EXTINF:\(PlaylistNumber.text(segment.seconds)),")
            lines.append(segment.uri)
        }
        lines.append("#EXT-X-ENDLIST")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension MediaPlaylist {
    /// - Parameter version: of the video: its segments never change, so they can be kept for ever.
    init(_ stream: StreamDescription, tracks: StreamTracks, version: String) {
        self.segments = stream.segmentSeconds.enumerated().map { number, seconds in
            (seconds, "\(StreamResource.segment(number, tracks, stream.container).name)?v=\(version)")
        }
        self.initialization =
            stream.container == .fragments ? "\(StreamResource.initialization(tracks).name)?v=\(version)" : nil
    }

    /// Subtitles are one segment, as long as the video.
    init(subtitles name: StreamResource.SubtitleName, for stream: StreamDescription, version: String) {
        let seconds = stream.segmentSeconds.reduce(0, +)
        self.segments = [(seconds, "\(StreamResource.subtitles(name).name)?v=\(version)")]
        self.initialization = nil
    }
}

/// Decimal numbers as playlists have them: never with an exponent.
enum PlaylistNumber {
    /// With up to six digits behind the point.
    static func text(_ value: Double) -> String {
        let millionths = Int((min(max(0, value), 1e9) * 1_000_000).rounded())
        let fraction = "\(millionths % 1_000_000)"
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }
}
