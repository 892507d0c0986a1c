/// What the container and the codecs of a video or a sound say about it.
///
/// Width, height (after rotation) and playing time stand beside it: see ``Inspection``. Codecs have FFmpeg's short names:
/// `h264`, `hevc`, `av1`, `vp9`, `aac`, `opus`, `mp3`, `flac`.
package struct AudioVideoFacts: Hashable, Sendable, Codable {
    /// Of the first video track that is no cover picture.
    package var videoCodec: String?
    /// Frames per second of that track, on average.
    package var frameRate: Double?
    /// Bits per second of all tracks together.
    package var bitRate: Int64?
    /// In the order of the file.
    package var audioTracks: [AudioTrack]
    /// In the order of the file.
    package var subtitleTracks: [SubtitleTrack]
    /// MP4 and QuickTime: whether the `moov` box comes before the media, so that playing can begin before all of it is there.
    /// Nil for containers to which that does not apply.
    package var isProgressive: Bool?
    /// Whether there is a cover picture inside, which presets can be made of.
    package var hasCover: Bool
    /// In the order of the file.
    package var chapters: [Chapter]
    /// `title`, `artist`, `album`, `album_artist`, `genre`, `date`, `track`, ...: FFmpeg's generic names, in lower case.
    package var tags: [String: String]

    /// Among ``tags``: how the file is encrypted. No file can say it with a tag of its own.
    package static let encryptionTag = "encryption"

    /// Whether pictures or sound are encrypted, or some of them: without their key they are noise.
    package var isEncrypted: Bool { self.tags[Self.encryptionTag] != nil }

    /// Facts; what is not given is not known.
    package init(
        videoCodec: String? = nil,
        frameRate: Double? = nil,
        bitRate: Int64? = nil,
        audioTracks: [AudioTrack] = [],
        subtitleTracks: [SubtitleTrack] = [],
        isProgressive: Bool? = nil,
        hasCover: Bool = false,
        tags: [String: String] = [:],
        chapters: [Chapter] = []
    ) {
        self.chapters = chapters
        self.videoCodec = videoCodec
        self.frameRate = frameRate
        self.bitRate = bitRate
        self.audioTracks = audioTracks
        self.subtitleTracks = subtitleTracks
        self.isProgressive = isProgressive
        self.hasCover = hasCover
        self.tags = tags
    }

    /// A part of the video or the sound that has a name of its own.
    package struct Chapter: Hashable, Sendable, Codable {
        /// Where it begins, in seconds.
        package var startSeconds: Double
        /// Where it ends, in seconds; not before it begins.
        package var endSeconds: Double
        /// As the file says, for people.
        package var title: String?

        /// - Parameter title: nil where the file says none.
        package init(startSeconds: Double, endSeconds: Double, title: String?) {
            self.startSeconds = startSeconds
            self.endSeconds = endSeconds
            self.title = title
        }
    }

    /// What the file says of one track of sound.
    package struct AudioTrack: Hashable, Sendable, Codable {
        /// FFmpeg's short name.
        package var codec: String
        /// 1 mono, 2 stereo, 6 for 5.1.
        package var channels: Int?
        /// Samples per second.
        package var sampleRate: Int?
        /// As the file says: ISO 639-2 (`eng`) or BCP 47 (`en`). Nil where it does not say (`und`).
        package var language: String?
        /// As the file says, for people.
        package var title: String?
        /// Whether the file proposes this track.
        package var isDefault: Bool

        /// A track; what is not given is not known.
        package init(
            codec: String,
            channels: Int? = nil,
            sampleRate: Int? = nil,
            language: String? = nil,
            title: String? = nil,
            isDefault: Bool = false
        ) {
            self.codec = codec
            self.channels = channels
            self.sampleRate = sampleRate
            self.language = language
            self.title = title
            self.isDefault = isDefault
        }
    }

    /// What the file says of one track of subtitles.
    package struct SubtitleTrack: Hashable, Sendable, Codable {
        /// `mov_text`, `subrip`, `webvtt`, `ass`, ...
        package var codec: String
        /// As the file says: ISO 639-2 (`eng`) or BCP 47 (`en`). Nil where it does not say (`und`).
        package var language: String?
        /// As the file says, for people.
        package var title: String?
        /// Whether the file proposes this track.
        package var isDefault: Bool
        /// To be shown also to those who asked for none: foreign speech.
        package var isForced: Bool

        /// A track; what is not given is not known.
        package init(
            codec: String,
            language: String? = nil,
            title: String? = nil,
            isDefault: Bool = false,
            isForced: Bool = false
        ) {
            self.codec = codec
            self.language = language
            self.title = title
            self.isDefault = isDefault
            self.isForced = isForced
        }
    }
}
