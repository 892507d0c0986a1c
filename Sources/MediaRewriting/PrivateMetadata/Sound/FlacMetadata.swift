/// FLAC: metadata blocks (RFC 9639 section 8).
///
/// Stay: what decoders need, seek tables, cue sheets, covers, and of the comments those that listeners choose by.
enum FlacMetadata {
    static func remove(from bytes: ByteView, into splice: inout SpliceBuilder) throws(MetadataFault) {
        // Some programs put tags of MP3 in front, which no decoder of FLAC needs.
        var position = try Id3Tag.end(of: bytes, from: 0)
        guard bytes.starts(with: "fLaC", at: position) else { throw MetadataFault("no signature") }
        splice.keep(position..<position + 4)
        position += 4
        var blocks: [(kind: UInt8, head: Range<Int>, content: [UInt8])] = []
        while true {
            guard let head = bytes.u8(position), let size = bytes.bigEndian(position + 1, width: 3),
                bytes.contains(position..<position + 4 + size)
            else { throw MetadataFault("a block without its end") }
            let content = position + 4..<position + 4 + size
            if let kept = FlacBlock.content(head & 0x7F, bytes.array(content)[...]) {
                blocks.append((head & 0x7F, position..<position + 4, kept))
            }
            position = content.upperBound
            if head & 0x80 != 0 { break }
        }
        for (index, block) in blocks.enumerated() {
            let count = block.content.count
            let last: UInt8 = index + 1 == blocks.count ? 0x80 : 0
            let head = [block.kind | last] + [16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
            splice.replace(block.head, with: head)
            splice.replace(block.head.upperBound..<block.head.upperBound + count, with: block.content)
        }
        let end = Mp3Metadata.endWithoutTags(bytes, position..<bytes.count)
        splice.keep(position..<end)
    }
}

/// A metadata block of FLAC, which Ogg has too.
enum FlacBlock {
    static let padding: UInt8 = 1

    /// What of the block stays.
    /// - Returns: nil where nothing does: padding, and blocks of applications and of unknown kinds.
    static func content(_ kind: UInt8, _ content: ArraySlice<UInt8>) -> [UInt8]? {
        switch kind {
        case 0, 3, 5: Array(content)
        case 4: VorbisComments(content).listenersOnly
        case 6: self.picture(content)
        default: nil
        }
    }

    /// A picture (section 8.8) without what it is told to be, and without its own private data.
    /// - Returns: nil where nothing can stay.
    static func picture(_ block: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = block
        func take(_ count: Int) -> [UInt8]? {
            guard count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        func text() -> [UInt8]? { take(4).flatMap { take($0.reduce(0) { $0 << 8 | Int($1) }) } }
        guard let kind = take(4), let type = text(), text() != nil, let size = take(16), let data = text(),
            let picture = EmbeddedPicture.cleaned(data)
        else { return nil }
        func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
        return kind + number(type.count) + type + number(0) + size + number(picture.count) + picture
    }
}
