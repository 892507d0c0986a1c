import MediaCore

/// Which of FFmpeg's several hundred demuxers and decoders untrusted bytes can reach.
enum Demuxer {
    /// The short name of the demuxer (https://ffmpeg.org/ffmpeg-formats.html#Demuxers); nil for types that are not opened.
    static func name(of type: MediaType) -> String? { self.names[type] }

    private static let names: [MediaType: String] = [
        .mp4: "mov", .quicktime: "mov", .m4v: "mov", .audioMP4: "mov",
        MediaType("video/3gpp"): "mov", MediaType("audio/3gpp"): "mov",
        MediaType("video/3gpp2"): "mov", MediaType("audio/3gpp2"): "mov",
        .webm: "matroska", .matroska: "matroska", .audioWebM: "matroska", .audioMatroska: "matroska",
        .mpegTS: "mpegts",
        .mp3: "mp3", .flac: "flac", .ogg: "ogg", .wav: "wav",
        MediaType("audio/aac"): "aac", MediaType("video/ogg"): "ogg",
    ]

    /// The short names of the decoders that may run, also while a container is opened: what cameras, telephones, editors and the
    /// web have been writing for twenty years.
    static let decoders: [String] = [
        // Pictures.
        "h264", "hevc", "libdav1d", "vp8", "vp9", "mpeg4", "mpeg1video", "mpeg2video", "h263", "theora", "mjpeg",
        "prores",
        "dnxhd", "png",
        // Sound, opened to learn its rate and channels where the container does not say.
        "aac", "mp3", "mp3float", "mp2", "mp2float", "ac3", "eac3", "opus", "vorbis", "flac", "alac", "pcm_s16le",
        "pcm_s24le",
        "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_s16be", "pcm_s24be",
        // Subtitles.
        "mov_text", "srt", "subrip", "webvtt", "ass",
    ]
}
