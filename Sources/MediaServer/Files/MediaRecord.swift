import MediaCore

/// What a video or a sound is like, as clients see it: the member `media` of a record. Members without a value are `null`.
struct MediaRecord: Encodable {
    private let facts: AudioVideoFacts

    init(_ facts: AudioVideoFacts) { self.facts = facts }

    private enum Key: String, CodingKey {
        case videoCodec, frameRate, bitRate, audioTracks, subtitleTracks, isProgressive, hasCover, tags
        case chapters, isEncrypted
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.facts.videoCodec, forKey: .videoCodec)
        try container.encode(self.facts.frameRate, forKey: .frameRate)
        try container.encode(self.facts.bitRate, forKey: .bitRate)
        try container.encode(self.facts.audioTracks.map { AudioTrack(track: $0) }, forKey: .audioTracks)
        try container.encode(self.facts.subtitleTracks.map { SubtitleTrack(track: $0) }, forKey: .subtitleTracks)
        try container.encode(self.facts.isProgressive, forKey: .isProgressive)
        try container.encode(self.facts.hasCover, forKey: .hasCover)
        try container.encode(self.facts.tags, forKey: .tags)
        try container.encode(self.facts.chapters.map { Chapter(chapter: $0) }, forKey: .chapters)
        try container.encode(self.facts.isEncrypted, forKey: .isEncrypted)
    }

    private struct Chapter: Encodable {
        let chapter: AudioVideoFacts.Chapter

        private enum Key: String, CodingKey { case startSeconds, endSeconds, title }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(self.chapter.startSeconds, forKey: .startSeconds)
            try container.encode(self.chapter.endSeconds, forKey: .endSeconds)
            try container.encode(self.chapter.title, forKey: .title)
        }
    }

    private struct AudioTrack: Encodable {
        let track: AudioVideoFacts.AudioTrack

        private enum Key: String, CodingKey { case codec, channels, sampleRate, language, title, isDefault }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(self.track.codec, forKey: .codec)
            try container.encode(self.track.channels, forKey: .channels)
            try container.encode(self.track.sampleRate, forKey: .sampleRate)
            try container.encode(self.track.language, forKey: .language)
            try container.encode(self.track.title, forKey: .title)
            try container.encode(self.track.isDefault, forKey: .isDefault)
        }
    }

    private struct SubtitleTrack: Encodable {
        let track: AudioVideoFacts.SubtitleTrack

        private enum Key: String, CodingKey { case codec, language, title, isDefault, isForced }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(self.track.codec, forKey: .codec)
            try container.encode(self.track.language, forKey: .language)
            try container.encode(self.track.title, forKey: .title)
            try container.encode(self.track.isDefault, forKey: .isDefault)
            try container.encode(self.track.isForced, forKey: .isForced)
        }
    }
}
