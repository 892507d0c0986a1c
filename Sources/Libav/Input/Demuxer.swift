import MediaCore

/// Which of FFmpeg's several hundred demuxers and decoders untrusted bytes can reach.
enum Demuxer {
    /// The short name of the demuxer (https://ffmpeg.org/ffmpeg-formats.html#Demuxers); nil for types that are not opened.
    /// - Parameter bytes: the first four of the file, where one type stands for several formats.
    static func name(of type: MediaType, beginning bytes: [UInt8] = []) -> String? {
        switch self.names[type] {
        // Program streams begin with a pack header (ISO/IEC 13818-1 section 2.5.3.3), elementary streams with a sequence header.
        case "mpeg" where bytes.starts(with: [0, 0, 1, 0xB3]): "mpegvideo"
        case "mpc" where bytes.elementsEqual("MPCK".utf8): "mpc8"
        case let name: name
        }
    }

    private static let names: [MediaType: String] = [
        .mp4: "mov", .quicktime: "mov", .m4v: "mov", .audioMP4: "mov",
        MediaType("video/3gpp"): "mov", MediaType("audio/3gpp"): "mov",
        MediaType("video/3gpp2"): "mov", MediaType("audio/3gpp2"): "mov",
        .webm: "matroska", .matroska: "matroska", .audioWebM: "matroska", .audioMatroska: "matroska",
        .mpegTS: "mpegts", MediaType("video/mpeg"): "mpeg",
        MediaType("video/x-msvideo"): "avi", MediaType("video/x-flv"): "flv", MediaType("video/x-dv"): "dv",
        MediaType("video/x-ms-asf"): "asf", MediaType("video/x-ms-wmv"): "asf", MediaType("audio/x-ms-wma"): "asf",
        .mp3: "mp3", .flac: "flac", .ogg: "ogg", MediaType("video/ogg"): "ogg",
        .wav: "wav", MediaType("audio/x-w64"): "w64", MediaType("audio/aiff"): "aiff", MediaType("audio/basic"): "au",
        MediaType("audio/aac"): "aac", MediaType("audio/ac3"): "ac3", MediaType("audio/eac3"): "eac3",
        MediaType("audio/vnd.dts"): "dts", MediaType("audio/vnd.dts.hd"): "dtshd", MediaType("audio/gsm"): "gsm",
        MediaType("audio/amr"): "amr", MediaType("audio/amr-wb"): "amr", MediaType("audio/x-caf"): "caf",
        MediaType("audio/x-ape"): "ape", MediaType("audio/x-musepack"): "mpc", MediaType("audio/x-tak"): "tak",
        MediaType("audio/x-dsf"): "dsf", MediaType("audio/x-dff"): "iff",
        MediaType("audio/x-wavpack"): "wv", MediaType("audio/x-tta"): "tta",
        MediaType("video/h264"): "h264", MediaType("video/h265"): "hevc",
        MediaType("video/x-ivf"): "ivf",
    ]

    /// The short names of the decoders that may run, also while a container is opened: what cameras, telephones, editors and the
    /// web have been writing for twenty years.
    static let decoders: [String] = [
        // Pictures.
        "h264", "hevc", "libdav1d", "vp8", "vp9", "mpeg4", "mpeg1video", "mpeg2video", "h263", "theora", "mjpeg",
        "prores", "dnxhd", "png", "dvvideo", "flv", "vp6", "vp6f", "wmv1", "wmv2", "wmv3", "vc1", "msmpeg4v2",
        "msmpeg4",
        // Sound, opened to learn its rate and channels where the container does not say.
        "aac", "mp3", "mp3float", "mp2", "mp2float", "ac3", "eac3", "opus", "vorbis", "flac", "alac", "pcm_s16le",
        "pcm_s24le",
        "pcm_s32le", "pcm_f32le", "pcm_u8", "pcm_s16be", "pcm_s24be",
        // Subtitles.
        "mov_text", "srt", "subrip", "webvtt", "ass",
    ]
}
