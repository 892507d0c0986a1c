extension AudioVideoFacts {
    /// Tracks of each kind that a record keeps.
    package static let maximumTracks = 32
    /// Chapters that a record keeps.
    package static let maximumChapters = 500
    /// Tags that a record keeps, by the order of their names.
    package static let maximumTags = 16
    /// Unicode scalars of a title or a tag.
    package static let maximumTextLength = 200

    /// The same, fit for a record and for a message between processes: at most ``maximumTracks`` of each kind, texts cut and
    /// cleaned, numbers that cannot be true left out.
    ///
    /// What is in here was written by whoever made the file. The worker applies this to what it read, and the daemon to what
    /// the worker says.
    package var bounded: AudioVideoFacts {
        var facts = self
        facts.videoCodec = self.videoCodec?.codecName
        facts.frameRate = self.frameRate.flatMap { $0 > 0 && $0 <= 10_000 ? $0 : nil }
        facts.bitRate = self.bitRate.flatMap { (0...1_000_000_000_000).contains($0) ? $0 : nil }
        facts.audioTracks = self.audioTracks.prefix(Self.maximumTracks).map(\.bounded)
        facts.subtitleTracks = self.subtitleTracks.prefix(Self.maximumTracks).map(\.bounded)
        facts.chapters = self.chapters.lazy.compactMap(\.bounded).prefix(Self.maximumChapters).map(\.self)
        facts.tags = [:]
        for (key, value) in self.tags.sorted(by: { $0.key < $1.key }) where key.isTagName {
            guard facts.tags.count < Self.maximumTags else { break }
            if let text = value.factText { facts.tags[key] = text }
        }
        return facts
    }
}

extension AudioVideoFacts.Chapter {
    /// Nil for what is no part of any video.
    fileprivate var bounded: Self? {
        // Not-a-number is in no range.
        guard (0...315_576_000).contains(self.startSeconds), (0...315_576_000).contains(self.endSeconds),
            self.startSeconds <= self.endSeconds
        else { return nil }
        var chapter = self
        chapter.title = self.title?.factText
        return chapter
    }
}

extension AudioVideoFacts.AudioTrack {
    fileprivate var bounded: Self {
        var track = self
        track.codec = self.codec.codecName ?? "unknown"
        track.channels = self.channels.flatMap { (1...256).contains($0) ? $0 : nil }
        track.sampleRate = self.sampleRate.flatMap { (1...10_000_000).contains($0) ? $0 : nil }
        track.language = self.language?.languageName
        track.title = self.title?.factText
        return track
    }
}

extension AudioVideoFacts.SubtitleTrack {
    fileprivate var bounded: Self {
        var track = self
        track.codec = self.codec.codecName ?? "unknown"
        track.language = self.language?.languageName
        track.title = self.title?.factText
        return track
    }
}

extension String {
    /// Nil when nothing is left of it.
    fileprivate var factText: String? {
        let text = self.bounded(to: AudioVideoFacts.maximumTextLength)
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }

    /// FFmpeg's short names: lower-case letters, digits and `_`. Nil for anything else.
    fileprivate var codecName: String? { self.isName(upTo: 32, and: "_") ? self : nil }

    /// Letters, digits and `-`, and not `und`, which says nothing. Nil for anything else.
    fileprivate var languageName: String? {
        let name = self.lowercased()
        return name != "und" && name.isName(upTo: 35, and: "-") ? self : nil
    }

    fileprivate var isTagName: Bool { self.isName(upTo: 32, and: "_-") }

    private func isName(upTo length: Int, and others: String) -> Bool {
        (1...length).contains(self.utf8.count)
            && self.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || others.utf8.contains(byte)
            }
    }
}
