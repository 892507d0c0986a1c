extension MediaType {
    /// Whether a stream can be made of such a video, if its codecs are right.
    package var isStreamable: Bool {
        [.mp4, .quicktime, .m4v, .audioMP4].contains(self) || self.essence.hasSuffix("/3gpp")
            || self.essence.hasSuffix("/3gpp2")
    }

    /// Whether it is WebM or Matroska.
    package var isMatroska: Bool { [.webm, .matroska, .audioWebM, .audioMatroska].contains(self) }

    /// Whether it holds subtitles.
    package var isSubtitles: Bool { self == .vtt || self == .subRip }

    /// SubRip's subtitles; the name is not registered, but libmagic's and Matroska's.
    package static let subRip = MediaType("application/x-subrip")
}
