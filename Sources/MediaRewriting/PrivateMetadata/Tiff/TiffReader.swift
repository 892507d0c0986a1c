import MediaCore

/// Reads the directories of a TIFF file in both byte orders, and of BigTIFF.
///
/// Sources: TIFF 6.0 section 2; "BigTIFF", as libtiff documents it.
struct TiffReader {
    let source: any ByteSource
    let isLittle: Bool
    /// Whether offsets and counts have eight bytes.
    let isBig: Bool
    let firstDirectory: Int64

    private static let maximumEntries = 4096
    /// Of one value, such as the places of all tiles.
    private static let maximumValues = 4_000_000

    struct Entry {
        var tag: Int
        var kind: Int
        var count: Int64
        /// Where the value lies.
        var value: Range<Int64>
        /// Whether it lies in the entry itself.
        var isInline: Bool
        /// The entry as it stands in the directory.
        var bytes: [UInt8]
    }

    struct Directory {
        var range: Range<Int64>
        var entries: [Entry]
        var next: Int64
    }

    /// - Throws: ``MetadataFault`` for what is no TIFF.
    init(_ source: any ByteSource) throws(MetadataFault) {
        self.source = source
        let head = try source.metadata(at: 0, count: 16)
        guard head.count >= 8, head[0] == head[1], head[0] == 0x49 || head[0] == 0x4D else {
            throw MetadataFault("no signature")
        }
        self.isLittle = head[0] == 0x49
        let magic = Self.number(head[2..<4], self.isLittle)
        guard magic == 42 || magic == 43 && head.count == 16 else { throw MetadataFault("no signature") }
        self.isBig = magic == 43
        self.firstDirectory = Self.number(self.isBig ? head[8..<16] : head[4..<8], self.isLittle)
    }

    /// The bytes of its head.
    var head: Range<Int64> { 0..<(self.isBig ? 16 : 8) }

    func directory(at start: Int64) throws(MetadataFault) -> Directory {
        let (countWidth, entryWidth, offsetWidth) = self.isBig ? (8, 20, 8) : (2, 12, 4)
        let counted = try self.source.metadata(at: start, count: countWidth)
        guard start >= 8, counted.count == countWidth else { throw MetadataFault("a directory without its end") }
        let count = Self.number(counted[...], self.isLittle)
        guard (0...Int64(Self.maximumEntries)).contains(count) else { throw MetadataFault("too many entries") }
        let length = Int(count) * entryWidth
        let bytes = try self.source.metadata(at: start + Int64(countWidth), count: length + offsetWidth)
        guard bytes.count >= length else { throw MetadataFault("a directory without its end") }
        var entries: [Entry] = []
        for index in 0..<Int(count) {
            let place = index * entryWidth
            let entry = Array(bytes[place..<place + entryWidth])
            entries.append(self.entry(entry, at: start + Int64(countWidth + place)))
        }
        // Some writers leave out that no other follows.
        let next = bytes.count - length == offsetWidth ? Self.number(bytes[length...], self.isLittle) : 0
        let range = start..<start + Int64(countWidth + bytes.count)
        return Directory(range: range, entries: entries, next: next)
    }

    private func entry(_ bytes: [UInt8], at start: Int64) -> Entry {
        let valueOffset = self.isBig ? 12 : 8
        let kind = Int(Self.number(bytes[2..<4], self.isLittle))
        let count = Self.number(bytes[4..<valueOffset], self.isLittle)
        let (length, overflows) = count.multipliedReportingOverflow(by: Int64(Self.width(of: kind)))
        let inline = start + Int64(valueOffset)
        let isInline = !overflows && length <= bytes.count - valueOffset
        let place = isInline ? inline : Self.number(bytes[valueOffset...], self.isLittle)
        let offset = place < 0 ? self.source.length : place
        // What reaches past the end is read by nobody.
        let end = overflows || length < 0 ? offset : offset.addingReportingOverflow(length).partialValue
        return Entry(
            tag: Int(Self.number(bytes[..<2], self.isLittle)),
            kind: kind,
            count: count,
            value: offset..<max(offset, min(end, max(offset, self.source.length))),
            isInline: isInline,
            bytes: bytes
        )
    }

    /// The whole numbers of an entry, such as places.
    func numbers(of entry: Entry) throws(MetadataFault) -> [Int64] {
        let width = [1: 1, 3: 2, 4: 4, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8][entry.kind] ?? 0
        guard width > 0 else { return [] }
        guard entry.count >= 0, entry.count <= Self.maximumValues else { throw MetadataFault("too many values") }
        let bytes = try self.source.metadata(at: entry.value.lowerBound, count: Int(entry.count) * width)
        return stride(from: 0, through: bytes.count - width, by: width).map { start in
            Self.number(bytes[start..<start + width], self.isLittle)
        }
    }

    /// A directory of fewer entries.
    func bytes(of directory: Directory, with entries: [Entry]) -> [UInt8] {
        let count = self.bytes(Int64(entries.count), width: self.isBig ? 8 : 2)
        return count + entries.flatMap(\.bytes) + self.bytes(directory.next, width: self.isBig ? 8 : 4)
    }

    private func bytes(_ value: Int64, width: Int) -> [UInt8] {
        let shifts = stride(from: 0, to: 8 * width, by: 8).map { UInt8(truncatingIfNeeded: value >> Int64($0)) }
        return self.isLittle ? shifts : shifts.reversed()
    }

    private static func width(of kind: Int) -> Int {
        let widths = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]
        return widths.indices.contains(kind) ? widths[kind] : 0
    }

    /// Numbers that no file has room for come out negative.
    private static func number(_ bytes: ArraySlice<UInt8>, _ isLittle: Bool) -> Int64 {
        let bytes = isLittle ? Array(bytes.reversed()) : Array(bytes)
        return Int64(truncatingIfNeeded: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
