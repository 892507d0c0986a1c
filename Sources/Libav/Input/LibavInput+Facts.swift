import CLibav
package import MediaCore

extension LibavInput {
    /// What the container and its streams say about themselves. ``AudioVideoFacts/isProgressive`` is left open: FFmpeg does not tell where
    /// boxes lie.
    package var facts: AudioVideoFacts {
        let video = self.videoStream
        return AudioVideoFacts(
            videoCodec: video.map(Self.codec),
            frameRate: video.flatMap(Self.frameRate),
            bitRate: self.context.pointee.bit_rate > 0 ? self.context.pointee.bit_rate : nil,
            audioTracks: self.streams(of: AVMEDIA_TYPE_AUDIO).map(Self.audioTrack),
            subtitleTracks: self.streams(of: AVMEDIA_TYPE_SUBTITLE).map(Self.subtitleTrack),
            hasCover: self.hasCover,
            tags: self.tags,
            chapters: self.chapters
        )
    }

    /// More are not listed: a file may claim any number.
    private static let maximumTracks = 64

    private func streams(of kind: AVMediaType) -> [UnsafeMutablePointer<AVStream>] {
        Array(self.streams.lazy.filter { $0.pointee.codecpar.pointee.codec_type == kind }.prefix(Self.maximumTracks))
    }

    /// FFmpeg's short name.
    private static func codec(_ stream: UnsafeMutablePointer<AVStream>) -> String {
        let name = clibav().pointee.avcodec_get_name(stream.pointee.codecpar.pointee.codec_id)
        return name.map { String(cString: $0) } ?? "unknown"
    }

    /// Frames per second on average, where the demuxer counted them or the container says it. The rate that timestamps are exact
    /// to (`r_frame_rate`) is none: browsers' recordings count milliseconds, which makes 1000. What is above ``plausibleRate`` is
    /// mostly such a number too.
    private static func frameRate(_ stream: UnsafeMutablePointer<AVStream>) -> Double? {
        let rate = stream.pointee.avg_frame_rate
        guard rate.num > 0, rate.den > 0 else { return nil }
        let perSecond = Double(rate.num) / Double(rate.den)
        return self.plausibleRate.contains(perSecond) ? perSecond : nil
    }

    /// Slow motion of telephones has 240 frames per second; a picture an hour is a lapse of time.
    private static let plausibleRate = 0.0001...480.0

    private static func audioTrack(_ stream: UnsafeMutablePointer<AVStream>) -> AudioVideoFacts.AudioTrack {
        let parameters = stream.pointee.codecpar.pointee
        let channels = Int(parameters.ch_layout.nb_channels)
        // Of DSD, FFmpeg counts the bytes of a channel: eight samples of one bit each.
        let samples = self.codec(stream).hasPrefix("dsd_") ? 8 : 1
        let rate = Int(parameters.sample_rate) * samples
        return AudioVideoFacts.AudioTrack(
            codec: self.codec(stream),
            channels: (1...64).contains(channels) ? channels : nil,
            sampleRate: (1...1_000_000 * samples).contains(rate) ? rate : nil,
            language: self.language(stream),
            title: ContainerTags.value("title", in: stream.pointee.metadata),
            isDefault: stream.pointee.disposition & AV_DISPOSITION_DEFAULT != 0
        )
    }

    private static func subtitleTrack(_ stream: UnsafeMutablePointer<AVStream>) -> AudioVideoFacts.SubtitleTrack {
        AudioVideoFacts.SubtitleTrack(
            codec: self.codec(stream),
            language: self.language(stream),
            title: ContainerTags.value("title", in: stream.pointee.metadata),
            isDefault: stream.pointee.disposition & AV_DISPOSITION_DEFAULT != 0,
            isForced: stream.pointee.disposition & AV_DISPOSITION_FORCED != 0
        )
    }

    /// Letters, digits and `-` as ISO 639-2 and BCP 47 have them; nil for `und`, which says that it says nothing.
    private static func language(_ stream: UnsafeMutablePointer<AVStream>) -> String? {
        guard let language = ContainerTags.value("language", in: stream.pointee.metadata), language != "und",
            (2...35).contains(language.utf8.count),
            language.unicodeScalars.allSatisfy({
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789-".contains(Character($0)))
            })
        else { return nil }
        return language
    }

    /// Chapters of the container, whatever kind it has: Matroska's, QuickTime's and Nero's, those of ID3 and of Ogg.
    private var chapters: [AudioVideoFacts.Chapter] {
        guard let list = self.context.pointee.chapters else { return [] }
        let count = min(Int(self.context.pointee.nb_chapters), AudioVideoFacts.maximumChapters)
        return (0..<count).compactMap { index in
            guard let chapter = list[index]?.pointee, chapter.time_base.den > 0 else { return nil }
            let tick = Double(chapter.time_base.num) / Double(chapter.time_base.den)
            // Thousandths: what is behind them are the roundings of ticks.
            func seconds(_ ticks: Int64) -> Double { max(0, (Double(ticks) * tick * 1000).rounded() / 1000) }
            return AudioVideoFacts.Chapter(
                startSeconds: seconds(chapter.start),
                endSeconds: seconds(chapter.end),
                title: ContainerTags.value("title", in: chapter.metadata)
            )
        }
    }

    /// Of the container, and of music's only stream (Ogg keeps them there).
    private var tags: [String: String] {
        var tags = ContainerTags.all(in: self.context.pointee.metadata)
        if self.videoStream == nil, let sound = self.streams(of: AVMEDIA_TYPE_AUDIO).first {
            tags.merge(ContainerTags.all(in: sound.pointee.metadata)) { own, _ in own }
        }
        // Of no file's own: the allow-list has no such name.
        tags[AudioVideoFacts.encryptionTag] = self.encryption?.scheme
        return tags
    }
}

/// Tags as FFmpeg names them in every container.
///
/// Source: https://ffmpeg.org/doxygen/5.1/group__metadata__api.html
enum ContainerTags {
    /// What is worth telling. An allow-list: cameras and telephones write the place and their serial number among them.
    static let names = [
        "title", "artist", "album", "album_artist", "composer", "performer", "genre", "date", "track", "disc",
        "copyright",
        "publisher", "description", "show", "season_number", "episode_id", "episode_sort",
    ]

    /// Bytes; a tag may hold a book.
    static let maximumLengthBytes = 500

    static func all(in dictionary: OpaquePointer?) -> [String: String] {
        var tags: [String: String] = [:]
        for name in self.names { tags[name] = self.value(name, in: dictionary) }
        return tags
    }

    /// One line of text; nil where there is none.
    static func value(_ name: String, in dictionary: OpaquePointer?) -> String? {
        guard let entry = clibav().pointee.av_dict_get(dictionary, name, nil, 0), let text = entry.pointee.value else {
            return nil
        }
        var bytes: [UInt8] = []
        while bytes.count < self.maximumLengthBytes, text[bytes.count] != 0 {
            let byte = UInt8(bitPattern: text[bytes.count])
            bytes.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte)
        }
        var line = String(decoding: bytes, as: UTF8.self)
        // A character that the limit cut in two.
        if bytes.count == self.maximumLengthBytes, line.last == "\u{FFFD}" { line.removeLast() }
        let trimmed = line.drop { $0 == " " }
        return trimmed.allSatisfy { $0 == " " } ? nil : String(trimmed)
    }
}
