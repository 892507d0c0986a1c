package import MediaCore

/// What is to be had of a video's stream, by the name behind `hls/`.
package enum StreamResource: Hashable, Sendable {
    /// `movie1.m3u8`, `index.m3u8`: what there is to play.
    case index
    /// `movie1.main.m3u8`, `movie1.audio-3.m3u8`: the segments of these tracks.
    case segments(StreamTracks)
    /// `main-init.mp4`, `audio-3-init.mp4`.
    case initialization(StreamTracks)
    /// `main-12.m4s`, `main-12.ts`.
    case segment(Int, StreamTracks, StreamContainer)
    /// `movie1.subtitles-fr.m3u8`, `movie1.captions-4.m3u8`.
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

    /// - Parameter video: the video's name without collection and extension; see ``name(of:)``. The names without it are understood too.
    /// - Returns: nil for what is no name of a part.
    package init?(_ name: String, of video: String) {
        if let resource = StreamResource(name) {
            self = resource
            return
        }
        let stem = Self.stem(of: video)
        guard !stem.isEmpty, name.hasPrefix("\(stem).") else { return nil }
        let rest = String(name.dropFirst(stem.count + 1))
        if rest == "m3u8" {
            self = .index
        } else if let resource = StreamResource(rest), resource.isPlaylist {
            self = resource
        } else {
            return nil
        }
    }

    private static func stem(of video: String) -> String { video.split(separator: "/").last.map(String.init) ?? video }

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

    /// True for what names other parts.
    package var isPlaylist: Bool {
        switch self {
        case .index, .segments, .subtitleSegments: true
        case .initialization, .segment, .subtitles: false
        }
    }

    /// As it stands behind `hls/`. Programs that download name what they get by the last part of the URL, and two `main.m3u8` are one
    /// file to them: so that of a playlist has the video's name in front.
    /// - Parameter video: the video's name without collection and extension.
    package func name(of video: String) -> String {
        let stem = Self.stem(of: video)
        guard self.isPlaylist, !stem.isEmpty else { return self.name }
        // Where the video is named like another part (`main`), it is `main.index.m3u8`.
        if self == .index, StreamResource("\(stem).m3u8") == nil { return "\(stem).m3u8" }
        return "\(stem).\(self.name)"
    }

    /// The name without that of the video.
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
