import FoundationEssentials

/// A list of comments, as FLAC and the streams in Ogg have it (Vorbis I section 5.2).
struct VorbisComments {
    private var comments: [ArraySlice<UInt8>] = []

    private static let needed: Set<String> = [
        "TITLE", "ARTIST", "ALBUM", "ALBUMARTIST", "TRACKNUMBER", "TRACKTOTAL", "DISCNUMBER", "DISCTOTAL", "GENRE",
        "COMPOSER", "PERFORMER", "LANGUAGE", "REPLAYGAIN_TRACK_GAIN", "REPLAYGAIN_TRACK_PEAK", "REPLAYGAIN_ALBUM_GAIN",
        "REPLAYGAIN_ALBUM_PEAK", "REPLAYGAIN_REFERENCE_LOUDNESS", "R128_TRACK_GAIN", "R128_ALBUM_GAIN",
        "WAVEFORMATEXTENSIBLE_CHANNEL_MASK",
    ]

    /// What stands behind a comment that has no end is none.
    init(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        func number() -> Int? {
            guard rest.count >= 4 else { return nil }
            defer { rest = rest.dropFirst(4) }
            return rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        guard let vendor = number(), vendor <= rest.count else { return }
        rest = rest.dropFirst(vendor)
        guard let count = number() else { return }
        for _ in 0..<count {
            guard let length = number(), length <= rest.count else { return }
            self.comments.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
    }

    /// Those that listeners choose by, the year and the cover; without the name of the encoder. Never longer than before.
    var listenersOnly: [UInt8] {
        let kept = self.comments.compactMap(Self.kept)
        func number(_ value: Int) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) } }
        return number(0) + number(kept.count) + kept.flatMap { number($0.count) + $0 }
    }

    private static func kept(_ comment: ArraySlice<UInt8>) -> [UInt8]? {
        guard let equals = comment.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = String(decoding: comment[..<equals], as: UTF8.self).uppercased()
        let value = comment[(equals + 1)...]
        switch name {
        case _ where self.needed.contains(name) || self.isChapter(name): return Array(comment)
        case "DATE", "YEAR":
            guard value.count >= 4, value.prefix(4).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Array(comment[...equals] + value.prefix(4))
        case "METADATA_BLOCK_PICTURE":
            guard let block = self.decoded(value), let picture = FlacBlock.picture(block[...]) else { return nil }
            return Array(comment[...equals]) + Array(Data(picture).base64EncodedData())
        // An older way, without the kind of picture.
        case "COVERART":
            guard let picture = self.decoded(value), let cleaned = EmbeddedPicture.cleaned(picture) else { return nil }
            return Array(comment[...equals]) + Array(Data(cleaned).base64EncodedData())
        case "COVERARTMIME": return Array(comment)
        default: return nil
        }
    }

    /// `CHAPTER001` and `CHAPTER001NAME`.
    private static func isChapter(_ name: String) -> Bool {
        guard name.hasPrefix("CHAPTER") else { return false }
        let rest = name.dropFirst(7)
        return rest.prefix(3).count == 3 && rest.prefix(3).allSatisfy { ("0"..."9").contains($0) }
            && ["", "NAME"].contains(rest.dropFirst(3))
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        Data(base64Encoded: Data(text), options: .ignoreUnknownCharacters).map { Array($0) }
    }
}
