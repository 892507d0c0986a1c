/// MP3: tags around the frames (ID3v2.3 and 2.4, ID3v1, APEv2, Lyrics3).
///
/// Stay: what listeners choose by (title, artist, album, number, genre, year), the cover, chapters. Go: comments, private frames,
/// addresses, owners, positions. The tag in front keeps its length, so that players reckon the same playing time.
enum Mp3Metadata {
    private static let needed: Set<String> = [
        "TIT1", "TIT2", "TIT3", "TPE1", "TPE2", "TPE3", "TALB", "TRCK", "TPOS", "TCON", "TCOM", "TLEN", "TCMP", "TSOT",
        "TSOP", "TSOA", "TYER", "APIC", "CHAP", "CTOC", "RVA2",
    ]

    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        var position = 0
        while bytes.starts(with: "ID3", at: position) {
            guard let size = self.size(bytes, at: position + 6, isSafe: true), let version = bytes.u8(position + 3),
                let flags = bytes.u8(position + 5)
            else { throw MetadataFault("a tag without its end") }
            let footer = flags & 0x10 != 0 && version == 4 ? 10 : 0
            let end = position + 10 + size + footer
            guard bytes.contains(position..<end) else { throw MetadataFault("a tag without its end") }
            // Only plain ones are looked into; of the others nothing stays.
            let isPlain = (version == 3 || version == 4) && flags & 0xE0 == 0
            let frames = isPlain ? self.frames(bytes, position + 10..<position + 10 + size, isSafe: version == 4) : []
            var tag: [UInt8] = [0x49, 0x44, 0x33, version == 4 ? 4 : 3, 0, 0]
            tag += bytes.array(position + 6..<position + 10) + frames
            tag += [UInt8](repeating: 0, count: max(0, 10 + size - tag.count))
            splice.replace(position..<position + 10 + size, with: tag)
            position = end
        }
        var end = bytes.count
        let hasOldTag = end - position >= 128 && bytes.starts(with: "TAG", at: end - 128)
        if hasOldTag { end -= 128 }
        end = self.endWithoutTags(bytes, position..<end)
        splice.keep(position..<end)
        guard hasOldTag else { return }
        // Title, artist, album, year; then a comment, whose end may be the number in the album.
        let start = bytes.count - 128
        let hasNumber = bytes.u8(start + 125) == 0
        let comment = hasNumber ? start + 97..<start + 125 : start + 97..<start + 127
        splice.keep(start..<comment.lowerBound)
        splice.replace(comment, with: [UInt8](repeating: 0, count: comment.count))
        splice.keep(comment.upperBound..<bytes.count)
    }

    private static func frames(_ bytes: ByteView, _ range: Range<Int>, isSafe: Bool) -> [UInt8] {
        var kept: [UInt8] = []
        var position = range.lowerBound
        while position + 10 < range.upperBound, bytes.u8(position) != 0,
            let size = self.size(bytes, at: position + 4, isSafe: isSafe), size <= range.upperBound - position - 10
        {
            let name = String(decoding: bytes.array(position..<position + 4), as: UTF8.self)
            let frame = position..<position + 10 + size
            if self.needed.contains(name) { kept += bytes.array(frame) }
            position = frame.upperBound
        }
        return kept
    }

    /// Four bytes; of seven bits each where they are safe from being taken for sound.
    private static func size(_ bytes: ByteView, at offset: Int, isSafe: Bool) -> Int? {
        guard isSafe else { return bytes.u32(offset) }
        var size = 0
        for index in 0..<4 {
            guard let byte = bytes.u8(offset + index), byte < 0x80 else { return nil }
            size = size << 7 | Int(byte)
        }
        return size
    }

    /// Where APEv2 and Lyrics3 begin, which stand behind the frames.
    private static func endWithoutTags(_ bytes: ByteView, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        for _ in 0..<4 {
            if end - 32 >= range.lowerBound, bytes.starts(with: "APETAGEX", at: end - 32),
                let size = bytes.littleEndian(end - 20, width: 4), let flags = bytes.littleEndian(end - 12, width: 4),
                size >= 32, size <= end - range.lowerBound
            {
                end -= size
                if flags & 0x8000_0000 != 0, bytes.starts(with: "APETAGEX", at: end - 32) { end -= 32 }
            } else if end - 15 >= range.lowerBound, bytes.starts(with: "LYRICS200", at: end - 9),
                let size = Int(String(decoding: bytes.array(end - 15..<end - 9), as: UTF8.self)),
                size >= 0, size + 15 <= end - range.lowerBound
            {
                end -= size + 15
            } else {
                return end
            }
        }
        return end
    }
}

/// FLAC: metadata blocks (RFC 9639 section 8).
///
/// Stay: what decoders need, seek tables, cue sheets, covers, and of the comments those that listeners choose by.
enum FlacMetadata {
    private static let needed: Set<String> = [
        "TITLE", "ARTIST", "ALBUM", "ALBUMARTIST", "TRACKNUMBER", "TRACKTOTAL", "DISCNUMBER", "GENRE", "COMPOSER",
        "PERFORMER", "REPLAYGAIN_TRACK_GAIN", "REPLAYGAIN_TRACK_PEAK", "REPLAYGAIN_ALBUM_GAIN", "REPLAYGAIN_ALBUM_PEAK",
        "REPLAYGAIN_REFERENCE_LOUDNESS", "WAVEFORMATEXTENSIBLE_CHANNEL_MASK",
    ]

    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        guard bytes.starts(with: "fLaC", at: 0) else { throw MetadataFault("no signature") }
        var blocks: [(kind: UInt8, content: Range<Int>)] = []
        var position = 4
        while true {
            guard let head = bytes.u8(position), let size = bytes.bigEndian(position + 1, width: 3),
                bytes.contains(position..<position + 4 + size)
            else { throw MetadataFault("a block without its end") }
            blocks.append((head & 0x7F, position + 4..<position + 4 + size))
            position += 4 + size
            if head & 0x80 != 0 { break }
        }
        blocks.removeAll { ![0, 3, 4, 5, 6].contains($0.kind) }
        splice.keep(0..<4)
        for (index, block) in blocks.enumerated() {
            let isLast = index + 1 == blocks.count
            let content = block.kind == 4 ? try self.comments(bytes, block.content) : nil
            let count = content?.count ?? block.content.count
            let head = [block.kind | (isLast ? 0x80 : 0)] + [16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
            let old = block.content.lowerBound - 4..<block.content.lowerBound
            splice.replace(old, with: head)
            if let content { splice.replace(block.content, with: content) } else { splice.keep(block.content) }
        }
        splice.keep(position..<bytes.count)
    }

    /// Vorbis comments without those that are private, and without the name of the encoder.
    private static func comments(_ bytes: ByteView, _ range: Range<Int>) throws(MetadataFault) -> [UInt8] {
        func length(_ offset: Int) -> Int? { bytes.littleEndian(offset, width: 4) }
        guard let vendor = length(range.lowerBound), let count = length(range.lowerBound + 4 + vendor) else {
            throw MetadataFault("comments")
        }
        var kept: [[UInt8]] = []
        var position = range.lowerBound + 8 + vendor
        for _ in 0..<count {
            guard let size = length(position), size <= range.upperBound - position - 4 else {
                throw MetadataFault("comments")
            }
            let comment = bytes.array(position + 4..<position + 4 + size)
            let name = String(decoding: comment.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self).uppercased()
            if self.needed.contains(name) { kept.append(comment) }
            position += 4 + size
        }
        func number(_ value: Int) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) } }
        return number(0) + number(kept.count) + kept.flatMap { number($0.count) + $0 }
    }
}

/// JPEG XL: boxes (ISO/IEC 18181-2). The code stream has size, colours and orientation itself.
enum JxlMetadata {
    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        // A bare code stream holds nothing else.
        guard bytes.u32(0) == 12, bytes.starts(with: "JXL ", at: 4) else { return splice.keep(0..<bytes.count) }
        var position = 0
        while let size = bytes.u32(position) {
            let head = size == 1 ? 16 : 8
            let length = size == 1 ? bytes.bigEndian(position + 8, width: 8) : size
            guard let length, length == 0 || length >= head else { throw MetadataFault("a box") }
            let end = length == 0 ? bytes.count : position.addingReportingOverflow(length).partialValue
            guard end > position, end <= bytes.count else { throw MetadataFault("a box without its end") }
            let name = String(decoding: bytes.array(position + 4..<position + 8), as: UTF8.self)
            // `jbrd` tells how to make the JPEG again that it was, with all that is gone now.
            if ["JXL ", "ftyp", "jxll", "jxlc", "jxlp"].contains(name) { splice.keep(position..<end) }
            position = end
        }
    }
}
