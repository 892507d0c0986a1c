extension MediaType {
    /// Whether a stream can be made of such a video, if its codecs are right.
    package var isStreamable: Bool {
        [.mp4, .quicktime, .m4v, .audioMP4].contains(self) || self.essence.hasSuffix("/3gpp")
            || self.essence.hasSuffix("/3gpp2")
    }

    /// Whether such a video can be made to play, and to be sought in, before all of it has arrived.
    package var canBecomeSeekable: Bool { self.isStreamable || self == .webm || self == .matroska }

    /// Whether it holds subtitles.
    package var isSubtitles: Bool { self == .vtt || self == .subRip }

    /// SubRip's subtitles; the name is not registered, but libmagic's and Matroska's.
    package static let subRip = MediaType("application/x-subrip")
}
