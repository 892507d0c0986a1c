extension MediaType {
    /// True for films that a worker opens: pictures of their moments, storyboards, facts. One may hold sound only.
    package var isFilm: Bool { Self.films.contains(self) }

    /// True for music and speech that a worker opens: facts, tags, the cover picture.
    package var isMusic: Bool { Self.music.contains(self) }

    package static let films: Set<MediaType> = [
        .mp4, .quicktime, .m4v, .webm, .matroska, .mpegTS, MediaType("video/3gpp"), MediaType("video/3gpp2"),
        MediaType("video/ogg"),
    ]

    package static let music: Set<MediaType> = [
        .audioMP4, .audioWebM, .audioMatroska, .mp3, .flac, .ogg, .wav, MediaType("audio/3gpp"),
        MediaType("audio/3gpp2"),
        MediaType("audio/aac"),
    ]
}

extension MediaFile {
    /// True where pictures can be made of it: of a picture, of a film's moments, of the cover that music carries.
    package var isRenderable: Bool {
        if self.type.isRenderable { return true }
        // Records from before the facts: a film most likely has pictures, music has none as a rule.
        guard self.type.isFilm || self.type.isMusic, let media else { return self.type.isFilm }
        return media.videoCodec != nil || media.hasCover
    }
}
