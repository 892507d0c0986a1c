package import MediaCore

/// What is to be had of a video's stream, by the name behind `hls/`.
package enum StreamResource: Hashable, Sendable {
    /// `index.m3u8`, `<name of the video>.m3u8`: what there is to play.
    case index
    /// `main.m3u8`, `audio-3.m3u8`: the segments of these tracks.
    case segments(StreamTracks)
    /// `main-init.mp4`, `audio-3-init.mp4`.
    case initialization(StreamTracks)
    /// `main-12.m4s`, `main-12.ts`.
    case segment(Int, StreamTracks, StreamContainer)
    /// `subtitles-fr.m3u8`, `captions-4.m3u8`.
    case subtitleSegments(SubtitleName)
    /// `subtitles-fr.vtt`, `captions-4.vtt`.
    case subtitles(SubtitleName)

    /// Which subtitles.
    package enum SubtitleName: Hashable, Sendable {
        /// The file beside the video with this language in its name.
        case file(language: String)
        /// The track of this number in the video.
        case track(Int)
    }

    /// - Parameter video: the video's name without collection and extension. Programs that download name what they get by the last
    ///   part of the URL: so that has the video's name in it. Where that is the name of another part (`main`), `main.index.m3u8` has.
    /// - Returns: nil for what is no name of a part.
    package init?(_ name: String, of video: String) {
        let stem = video.split(separator: "/").last.map(String.init) ?? video
        if let resource = StreamResource(name) {
            self = resource
        } else if !stem.isEmpty, name == "\(stem).m3u8" || name == "\(stem).index.m3u8" {
            self = .index
        } else {
            return nil
        }
    }

    /// - Returns: nil for what is no name of a part.
    package init?(_ name: String) {
        if name == "index.m3u8" {
            self = .index
            return
        }
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let fileExtension = name[name.index(after: dot)...]
        let words = name[..<dot].split(separator: "-", omittingEmptySubsequences: false)
        guard let first = words.first else { return nil }
        switch first {
        case "main": self.init(of: .main, rest: words.dropFirst(), fileExtension)
        case "audio":
            guard words.count >= 2, let number = Self.number(words[1]) else { return nil }
            self.init(of: .audio(number), rest: words.dropFirst(2), fileExtension)
        case "subtitles":
            let language = words.dropFirst().joined(separator: "-")
            guard LanguageTag.isPlausible(language) else { return nil }
            self.init(.file(language: language), fileExtension)
        case "captions":
            guard words.count == 2, let number = Self.number(words[1]) else { return nil }
            self.init(.track(number), fileExtension)
        default: return nil
        }
    }

    private init?(of tracks: StreamTracks, rest: ArraySlice<Substring>, _ fileExtension: Substring) {
        switch (rest.count, fileExtension) {
        case (0, "m3u8"): self = .segments(tracks)
        case (1, "mp4") where rest.first == "init": self = .initialization(tracks)
        case (1, "m4s"), (1, "ts"):
            guard let number = rest.first.flatMap(Self.number) else { return nil }
            self = .segment(number, tracks, fileExtension == "ts" ? .transport : .fragments)
        default: return nil
        }
    }

    private init?(_ subtitles: SubtitleName, _ fileExtension: Substring) {
        switch fileExtension {
        case "m3u8": self = .subtitleSegments(subtitles)
        case "vtt": self = .subtitles(subtitles)
        default: return nil
        }
    }

    /// As this daemon writes it, so that one thing has one URL.
    private static func number(_ text: Substring) -> Int? {
        Int(text).flatMap { "\($0)" == text && $0 >= 0 ? $0 : nil }
    }

    /// As it stands behind `hls/`.
    package var name: String {
        switch self {
        case .index: "index.m3u8"
        case .segments(let tracks): "\(tracks).m3u8"
        case .initialization(let tracks): "\(tracks)-init.mp4"
        case .segment(let number, let tracks, .fragments): "\(tracks)-\(number).m4s"
        case .segment(let number, let tracks, .transport): "\(tracks)-\(number).ts"
        case .subtitleSegments(let name): "\(name).m3u8"
        case .subtitles(let name): "\(name).vtt"
        }
    }
}

extension StreamResource.SubtitleName: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let language): "subtitles-\(language)"
        case .track(let number): "captions-\(number)"
        }
    }
}
