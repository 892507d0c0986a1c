/// A part of a video's stream that a worker makes.
package enum StreamPart: Hashable, Sendable, Codable {
    /// A ``StreamDescription`` as JSON.
    case description
    /// What players read before any segment of these tracks.
    case initialization(StreamTracks)
    /// The segment of this number, counted from 0.
    case segment(Int, StreamTracks, StreamContainer)
    /// The subtitles of the track of this number, as WebVTT.
    case captions(track: Int)
    /// The source, itself a file of subtitles, as WebVTT for a stream that begins so much before the video, in ticks of 1/90,000 s.
    case subtitles(lead: Int)
}

/// Which tracks are in a segment.
package enum StreamTracks: Hashable, Sendable, Codable {
    /// The picture and its first sound.
    case main
    /// The sound of the track of this number alone, in another language for instance.
    case audio(Int)
}

/// How segments are packed.
package enum StreamContainer: String, Hashable, Sendable, Codable {
    /// Fragmented MP4.
    case fragments
    /// An MPEG transport stream: for MP3, which browsers do not take in fragments.
    case transport
}

extension StreamPart {
    /// Raised when what is made changes in a way that old results must not be kept.
    package static let version = 2

    /// The file's name in `renditions/`, e.g. `hls-main-12-v2.m4s`.
    package var parameters: String {
        switch self {
        case .description: "hls-v\(Self.version).json"
        case .initialization(let tracks): "hls-\(tracks)-init-v\(Self.version).mp4"
        case .segment(let number, let tracks, .fragments): "hls-\(tracks)-\(number)-v\(Self.version).m4s"
        case .segment(let number, let tracks, .transport): "hls-\(tracks)-\(number)-v\(Self.version).ts"
        case .captions(let track): "hls-text-\(track)-v\(Self.version).vtt"
        case .subtitles(let lead): "hls-subtitles-\(lead)-v\(Self.version).vtt"
        }
    }

    /// The media type of the part.
    package var type: MediaType {
        switch self {
        case .description: MediaType("application/json")
        case .initialization, .segment(_, _, .fragments): .mp4
        case .segment(_, _, .transport): .mpegTS
        case .captions, .subtitles: .vtt
        }
    }
}

extension StreamTracks: CustomStringConvertible {
    /// As it stands in addresses: `main`, `audio-3`.
    package var description: String {
        switch self {
        case .main: "main"
        case .audio(let track): "audio-\(track)"
        }
    }
}
