/// An ID3v2 tag: of version 2, 3 or 4; of others nothing is understood.
struct Id3Tag {
    /// With its footer.
    let range: Range<Int>
    private let frames: [Id3Frame]
    private let version: UInt8
    private let size: [UInt8]

    /// - Returns: nil where none begins.
    init?(_ bytes: ByteView, at start: Int) throws(MetadataFault) {
        guard bytes.starts(with: "ID3", at: start) else { return nil }
        guard let size = Self.size(bytes, at: start + 6), let version = bytes.u8(start + 3),
            let flags = bytes.u8(start + 5), bytes.contains(start..<start + 10 + size)
        else { throw MetadataFault("a tag without its end") }
        let content = start + 10..<start + 10 + size
        let hasFooter = version == 4 && flags & 0x10 != 0 && bytes.starts(with: "3DI", at: content.upperBound)
        self.range = start..<min(bytes.count, content.upperBound + (hasFooter ? 10 : 0))
        self.size = bytes.array(start + 6..<start + 10)
        self.version = (2...4).contains(version) ? version : 3
        self.frames =
            (2...4).contains(version) ? Self.frames(in: bytes.array(content), version: version, flags: flags) : []
    }

    /// As long as before, without the footer, so that players reckon the same playing time.
    var listenersOnly: [UInt8] {
        let size = self.size.reduce(0) { $0 << 7 | Int($1) }
        var tag = Array("ID3".utf8) + [self.version, 0, 0] + self.size
        for frame in self.frames.compactMap({ $0.listenersOnly() }) {
            let bytes = frame.bytes
            if tag.count + bytes.count <= 10 + size { tag += bytes }
        }
        return tag + [UInt8](repeating: 0, count: 10 + size - tag.count)
    }

    /// Past all tags that begin at `start`.
    static func end(of bytes: ByteView, from start: Int) throws(MetadataFault) -> Int {
        var position = start
        while let tag = try Id3Tag(bytes, at: position) { position = tag.range.upperBound }
        return position
    }

    private static func frames(in content: [UInt8], version: UInt8, flags: UInt8) -> [Id3Frame] {
        let isUnsynchronised = flags & 0x80 != 0
        // Version 2 has no extended header; the flag says that the tag is compressed, in no way that was ever laid down.
        if version == 2, flags & 0x40 != 0 { return [] }
        var rest = (isUnsynchronised && version < 4 ? self.synchronised(content[...]) : content)[...]
        if flags & 0x40 != 0, rest.count >= 4 {
            let bits = version == 4 ? 7 : 8
            let size = rest.prefix(4).reduce(0) { $0 << bits | Int($1) }
            rest = rest.dropFirst(version == 4 ? max(4, size) : size.addingReportingOverflow(4).partialValue)
        }
        return Id3Frame.frames(in: rest, version: version, isUnsynchronised: isUnsynchronised)
    }

    /// Without the zeros that were put behind FF, so that nobody takes them for the beginning of sound.
    static func synchronised(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isBehindFF = false
        for byte in bytes {
            if !(isBehindFF && byte == 0) { result.append(byte) }
            isBehindFF = byte == 0xFF
        }
        return result
    }

    /// Four bytes of seven bits each.
    static func size(_ bytes: ByteView, at offset: Int) -> Int? {
        var size = 0
        for index in 0..<4 {
            guard let byte = bytes.u8(offset + index), byte < 0x80 else { return nil }
            size = size << 7 | Int(byte)
        }
        return size
    }
}
