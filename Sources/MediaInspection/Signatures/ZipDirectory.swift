import MediaCore

/// A zip file's central directory: what tells a document from any other archive, wherever its parts lie.
///
/// Source: PKWARE APPNOTE.TXT sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16.
struct ZipDirectory<Base: ByteSource> {
    private var reader: MeteredReader<Base>
    private var contents = ZipContents()
    /// Where the local header of the entry `mimetype` lies, how it is stored, and how long it is there.
    private var declaration: (offset: Int64, method: Int, length: Int)?

    private static var maximumBytes: Int64 { 16 << 20 }

    /// The media type that the parts prove; nil for an archive of anything else.
    /// - Throws: `truncated` where the end of the archive is missing, `malformed` where it leads nowhere.
    static func essence(_ base: Base) throws(ContainerFault) -> String? {
        var directory = ZipDirectory(reader: MeteredReader(base))
        let range = try directory.range()
        try directory.readNames(range)
        directory.contents.declaredType = try directory.declaredType()
        return directory.contents.essence
    }

    /// Where the directory lies.
    private mutating func range() throws(ContainerFault) -> Range<Int64> {
        // The end record has 22 bytes and a comment of up to 65,535.
        let tailStart = max(0, self.reader.length - 65557)
        let tail = try self.reader.read(at: tailStart, upTo: Int(self.reader.length - tailStart))
        let ends = stride(from: tail.count - 22, through: 0, by: -1)
        guard let end = ends.first(where: { tail.starts(with: [0x50, 0x4B, 5, 6], at: $0) }),
            var size = tail.littleEndian(end + 12, width: 4), var offset = tail.littleEndian(end + 16, width: 4)
        else { throw .truncated("zip without its end") }
        var behind = tailStart + Int64(end)
        if offset == 0xFFFF_FFFF || size == 0xFFFF_FFFF, tail.starts(with: [0x50, 0x4B, 6, 7], at: end - 20),
            let place = tail.littleEndian(end - 12, width: 8)
        {
            behind = Int64(clamping: place)
            let large = try self.reader.read(at: behind, upTo: 56)
            guard large.starts(with: [0x50, 0x4B, 6, 6]), let largeSize = large.littleEndian(40, width: 8),
                let largeOffset = large.littleEndian(48, width: 8)
            else { throw .malformed("zip64 end") }
            (size, offset) = (largeSize, largeOffset)
        }
        let start = Int64(clamping: offset)
        let (directoryEnd, overflow) = start.addingReportingOverflow(Int64(clamping: size))
        guard !overflow, directoryEnd <= behind else { throw .malformed("zip directory") }
        return start..<directoryEnd
    }

    private mutating func readNames(_ range: Range<Int64>) throws(ContainerFault) {
        let bytes = try self.reader.read(at: range.lowerBound, upTo: Int(min(Int64(range.count), Self.maximumBytes)))
        var position = 0
        while bytes.starts(with: [0x50, 0x4B, 1, 2], at: position),
            let name = bytes.littleEndian(position + 28, width: 2),
            let extra = bytes.littleEndian(position + 30, width: 2),
            let comment = bytes.littleEndian(position + 32, width: 2)
        {
            let start = position + 46
            let end = start + Int(name)
            guard end <= bytes.count else { break }
            let text = String(decoding: bytes.bytes[start..<end], as: UTF8.self)
            self.contents.take(text)
            if text == "mimetype", let offset = bytes.littleEndian(position + 42, width: 4),
                let method = bytes.littleEndian(position + 10, width: 2),
                let length = bytes.littleEndian(position + 20, width: 4)
            {
                self.declaration = (Int64(offset), Int(method), Int(length))
            }
            position = end + Int(extra) + Int(comment)
        }
    }

    /// The content of the entry called `mimetype` (OpenDocument part 2 section 3.3, EPUB OCF section 4.3), which should be the first and
    /// stored, and is not where people packed the document again.
    private mutating func declaredType() throws(ContainerFault) -> String? {
        guard let (offset, method, length) = self.declaration, (1...200).contains(length) else { return nil }
        let head = try self.reader.read(at: offset, upTo: 30)
        guard head.starts(with: [0x50, 0x4B, 3, 4]), let name = head.littleEndian(26, width: 2),
            let extra = head.littleEndian(28, width: 2)
        else { return nil }
        let stored = try self.reader.read(at: offset + 30 + Int64(name) + Int64(extra), upTo: length)
        let bytes = method == 0 ? stored.bytes : method == 8 ? ShortInflate.bytes(of: stored.bytes, atMost: 200) : nil
        return bytes.flatMap { bytes in
            let text = String(decoding: bytes, as: UTF8.self).drop { $0 == "\u{FEFF}" }.prefix { !$0.isWhitespace }
            return text.isEmpty || !text.allSatisfy(\.isASCII) ? nil : text.lowercased()
        }
    }
}
