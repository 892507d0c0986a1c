extension MediaType {
    /// True for videos that a worker opens: pictures of their frames, storyboards, facts. One may hold sound only.
    package var isDecodableVideo: Bool { Self.decodableVideos.contains(self) }

    /// True for music and speech that a worker opens: facts, tags, the cover picture.
    package var isMusic: Bool { Self.music.contains(self) }

    /// The types with a demuxer in Libav that may hold pictures.
    package static let decodableVideos: Set<MediaType> = [
        .mp4, .quicktime, .m4v, .webm, .matroska, .mpegTS, MediaType("video/3gpp"), MediaType("video/3gpp2"),
        MediaType("video/ogg"), MediaType("video/mpeg"), MediaType("video/x-msvideo"), MediaType("video/x-flv"),
        MediaType("video/x-dv"), MediaType("video/x-ms-asf"), MediaType("video/x-ms-wmv"), MediaType("video/x-ivf"),
        MediaType("video/h264"), MediaType("video/h265"),
    ]

    /// The types with a demuxer in Libav that hold sound.
    package static let music: Set<MediaType> = [
        .audioMP4, .audioWebM, .audioMatroska, .mp3, .flac, .ogg, .wav, MediaType("audio/3gpp"),
        MediaType("audio/3gpp2"), MediaType("audio/aac"), MediaType("audio/ac3"), MediaType("audio/eac3"),
        MediaType("audio/vnd.dts"), MediaType("audio/amr"), MediaType("audio/aiff"), MediaType("audio/basic"),
        MediaType("audio/x-w64"), MediaType("audio/x-caf"), MediaType("audio/x-ape"), MediaType("audio/x-musepack"),
        MediaType("audio/x-dsf"), MediaType("audio/x-wavpack"), MediaType("audio/x-tta"), MediaType("audio/x-ms-wma"),
        MediaType("audio/x-dff"), MediaType("audio/x-tak"), MediaType("audio/amr-wb"), MediaType("audio/gsm"),
        MediaType("audio/vnd.dts.hd"),
    ]
}

extension MediaFile {
    /// True where pictures can be made of it: of a picture, of a video's frames, of the cover that music carries.
    package var isRenderable: Bool {
        if self.type.isRenderable { return true }
        // Records from before the facts: a video most likely has pictures, music has none as a rule.
        guard self.type.isDecodableVideo || self.type.isMusic, let media else { return self.type.isDecodableVideo }
        return media.videoCodec != nil || media.hasCover
    }
}
