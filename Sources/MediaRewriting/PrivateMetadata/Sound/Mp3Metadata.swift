/// MP3: tags around the frames (ID3v2.2 to 2.4, ID3v1, APEv2, Lyrics3).
///
/// Stay: what listeners choose by (title, artist, album, number, genre, year), the cover, chapters. Go: comments, private frames,
/// addresses, owners, positions. The tag in front keeps its length, so that players reckon the same playing time; tags behind the
/// sound and in the middle of it are cut out.
enum Mp3Metadata {
    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        var position = 0
        while true {
            if let tag = try Id3Tag(bytes, at: position) {
                splice.replace(position..<tag.range.upperBound, with: tag.listenersOnly)
                position = tag.range.upperBound
            } else if let end = self.endOfApeTag(bytes, at: position) {
                position = end
            } else {
                break
            }
        }
        var end = bytes.count
        let hasOldTag = end - position >= 128 && bytes.starts(with: "TAG", at: end - 128)
        if hasOldTag { end -= 128 }
        end = self.endWithoutTags(bytes, position..<end)
        self.keepFrames(bytes, position..<end, into: &splice)
        if hasOldTag { self.keepOldTag(bytes, into: &splice) }
    }

    /// Title, artist, album, year; then a comment, whose end may be the number in the album.
    private static func keepOldTag(_ bytes: ByteView, into splice: inout SpliceBuilder) {
        let start = bytes.count - 128
        let hasNumber = bytes.u8(start + 125) == 0
        let comment = hasNumber ? start + 97..<start + 125 : start + 97..<start + 127
        splice.keep(start..<comment.lowerBound)
        splice.replace(comment, with: [UInt8](repeating: 0, count: comment.count))
        splice.keep(comment.upperBound..<bytes.count)
    }

    /// Where files were put behind each other, tags are among the frames: each is followed by a frame or by another tag.
    private static func keepFrames(_ bytes: ByteView, _ range: Range<Int>, into splice: inout SpliceBuilder) {
        var kept = range.lowerBound
        var position = range.lowerBound
        while let start = bytes.firstIndex(of: UInt8(ascii: "I"), from: position), start < range.upperBound {
            position = start + 1
            guard bytes.starts(with: "ID3", at: start), (2...4).contains(bytes.u8(start + 3) ?? 0),
                bytes.u8(start + 4) == 0, (bytes.u8(start + 5) ?? 1) & 0x0F == 0,
                let tag = (try? Id3Tag(bytes, at: start)) ?? nil, tag.range.upperBound <= range.upperBound,
                tag.range.upperBound == range.upperBound || bytes.starts(with: "ID3", at: tag.range.upperBound)
                    || (bytes.u16(tag.range.upperBound) ?? 0) >= 0xFFE0
            else { continue }
            splice.keep(kept..<start)
            kept = tag.range.upperBound
            position = kept
        }
        splice.keep(kept..<range.upperBound)
    }

    private static func endOfApeTag(_ bytes: ByteView, at start: Int) -> Int? {
        guard bytes.starts(with: "APETAGEX", at: start), let size = bytes.littleEndian(start + 12, width: 4),
            size <= bytes.count - start - 32
        else { return nil }
        return start + 32 + size
    }

    /// Where APEv2, Lyrics3, ID3v1 and appended ID3v2 begin, which stand behind the frames.
    static func endWithoutTags(_ bytes: ByteView, _ range: Range<Int>) -> Int {
        var end = range.upperBound
        for _ in 0..<8 {
            guard let length = self.tagLength(bytes, before: end), length <= end - range.lowerBound else { break }
            end -= length
        }
        return end
    }

    private static func tagLength(_ bytes: ByteView, before end: Int) -> Int? {
        if bytes.starts(with: "APETAGEX", at: end - 32), let size = bytes.littleEndian(end - 20, width: 4),
            let flags = bytes.littleEndian(end - 12, width: 4), size >= 32
        {
            let hasHead = flags & 0x8000_0000 != 0 && bytes.starts(with: "APETAGEX", at: end - size - 32)
            return hasHead ? size + 32 : size
        }
        if bytes.starts(with: "LYRICS200", at: end - 9),
            let size = Int(String(decoding: bytes.array(end - 15..<end - 9), as: UTF8.self)), size >= 0
        {
            return size + 15
        }
        // Version 1 has no length, but at most 5100 bytes.
        if bytes.starts(with: "LYRICSEND", at: end - 9) {
            return (20...5120).first { bytes.starts(with: "LYRICSBEGIN", at: end - $0) }
        }
        if bytes.starts(with: "3DI", at: end - 10), let size = Id3Tag.size(bytes, at: end - 4) { return size + 20 }
        if bytes.starts(with: "TAG+", at: end - 227) { return 227 }
        return bytes.starts(with: "TAG", at: end - 128) ? 128 : nil
    }
}
