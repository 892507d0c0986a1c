import Primitives

/// Writes a ZIP archive front to back, in constant memory but for a line per entry (PKWARE APPNOTE.TXT 6.3.10).
///
///     var zip = ZipWriter(at: now)
///     sink(zip.begin("a.txt", expecting: 5)); sink(zip.add(bytes)); sink(zip.end())
///     sink(zip.finish())
///
/// Entries are stored, not compressed: pictures and videos are compressed already. Their sizes and checksums follow them (data
/// descriptors). Entries and archives of 4 GiB and more, or of 65,535 entries and more, have the fields of ZIP64.
struct ZipWriter {
    private struct Entry {
        var name: [UInt8]
        var offset: UInt64
        var isLarge: Bool
        var size: UInt64 = 0
        var checksum = CRC32()
    }

    private var entries: [Entry] = []
    private var open: Entry?
    /// Bytes so far.
    private(set) var position: UInt64
    private let time: (date: UInt16, time: UInt16)

    private static let limit = UInt64(UInt32.max)

    /// - Parameters:
    ///   - time: that entries have, in UTC; the format knows no zone.
    ///   - position: bytes that stand in front of the archive.
    init(at time: Timestamp, from position: UInt64 = 0) {
        self.time = Self.dosTime(time)
        self.position = position
    }

    /// The head of an entry.
    ///
    /// - Parameters:
    ///   - name: unique in the archive, with `/` between folders.
    ///   - size: its bytes, as far as they are known; below 4 GiB it must not become larger.
    mutating func begin(_ name: String, expecting size: UInt64) -> [UInt8] {
        let entry = Entry(name: Array(name.utf8), offset: self.position, isLarge: size >= Self.limit)
        self.open = entry
        var bytes = LittleEndianBytes()
        bytes.add(UInt32(0x0403_4B50))
        self.addCommon(entry, to: &bytes)
        // Not known yet: they stand behind the content.
        let placeholder: UInt32 = entry.isLarge ? .max : 0
        bytes.add(UInt32(0))
        bytes.add(placeholder)
        bytes.add(placeholder)
        bytes.add(UInt16(entry.name.count))
        bytes.add(UInt16(entry.isLarge ? 20 : 0))
        bytes.bytes += entry.name
        if entry.isLarge {
            bytes.add(UInt16(1))
            bytes.add(UInt16(16))
            bytes.add(UInt64(0))
            bytes.add(UInt64(0))
        }
        return self.counted(bytes.bytes)
    }

    /// Counts content of the entry that is open; the caller sends it as it is.
    mutating func add(_ content: some Collection<UInt8>) {
        self.open?.checksum.update(content)
        self.open?.size += UInt64(content.count)
        self.position += UInt64(content.count)
    }

    /// What stands behind the content.
    mutating func end() -> [UInt8] {
        guard let entry = self.open else { return [] }
        self.open = nil
        self.entries.append(entry)
        var bytes = LittleEndianBytes()
        bytes.add(UInt32(0x0807_4B50))
        bytes.add(entry.checksum.value)
        for _ in 0..<2 {
            if entry.isLarge { bytes.add(entry.size) } else { bytes.add(UInt32(truncatingIfNeeded: entry.size)) }
        }
        return self.counted(bytes.bytes)
    }

    /// The directory, which ends the archive.
    mutating func finish() -> [UInt8] {
        let start = self.position
        var bytes = LittleEndianBytes()
        for entry in self.entries { self.addDirectoryEntry(entry, to: &bytes) }
        let size = UInt64(bytes.bytes.count)
        let count = self.entries.count
        if start >= Self.limit || count >= Int(UInt16.max) {
            bytes.add(UInt32(0x0606_4B50))
            bytes.add(UInt64(44))
            bytes.add(UInt16(0x032D))
            bytes.add(UInt16(45))
            bytes.add(UInt32(0))
            bytes.add(UInt32(0))
            for value in [UInt64(count), UInt64(count), size, start] { bytes.add(value) }
            bytes.add(UInt32(0x0706_4B50))
            bytes.add(UInt32(0))
            bytes.add(start + size)
            bytes.add(UInt32(1))
        }
        bytes.add(UInt32(0x0605_4B50))
        bytes.add(UInt32(0))
        bytes.add(UInt16(clamping: count))
        bytes.add(UInt16(clamping: count))
        bytes.add(UInt32(clamping: size))
        bytes.add(UInt32(clamping: start))
        bytes.add(UInt16(0))
        return self.counted(bytes.bytes)
    }

    private func addDirectoryEntry(_ entry: Entry, to bytes: inout LittleEndianBytes) {
        let isFar = entry.offset >= Self.limit
        let isLarge = entry.isLarge || entry.size >= Self.limit
        var extra = LittleEndianBytes()
        if isLarge || isFar {
            extra.add(UInt16(1))
            extra.add(UInt16((isLarge ? 16 : 0) + (isFar ? 8 : 0)))
            if isLarge {
                extra.add(entry.size)
                extra.add(entry.size)
            }
            if isFar { extra.add(entry.offset) }
        }
        bytes.add(UInt32(0x0201_4B50))
        // Made on Unix, by version 4.5: then the external attributes are file modes.
        bytes.add(UInt16(0x032D))
        self.addCommon(entry, to: &bytes)
        bytes.add(entry.checksum.value)
        for _ in 0..<2 { bytes.add(isLarge ? .max : UInt32(truncatingIfNeeded: entry.size)) }
        bytes.add(UInt16(entry.name.count))
        bytes.add(UInt16(extra.bytes.count))
        bytes.add(UInt16(0))
        bytes.add(UInt16(0))
        bytes.add(UInt16(0))
        bytes.add(UInt32(0o100_644) << 16)
        bytes.add(UInt32(clamping: entry.offset))
        bytes.bytes += entry.name + extra.bytes
    }

    /// Version needed, flags, method, time: the same in both heads of an entry.
    private func addCommon(_ entry: Entry, to bytes: inout LittleEndianBytes) {
        bytes.add(UInt16(entry.isLarge || entry.offset >= Self.limit ? 45 : 20))
        // Bit 3: sizes behind the content. Bit 11: the name is UTF-8.
        bytes.add(UInt16(1 << 3 | 1 << 11))
        bytes.add(UInt16(0))
        bytes.add(self.time.time)
        bytes.add(self.time.date)
    }

    private mutating func counted(_ bytes: [UInt8]) -> [UInt8] {
        self.position += UInt64(bytes.count)
        return bytes
    }

    /// Section 4.4.6: two seconds are the least unit, and 1980 the first year.
    private static func dosTime(_ time: Timestamp) -> (date: UInt16, time: UInt16) {
        let text = Array(time.description.utf8)
        func number(_ range: Range<Int>) -> UInt16 {
            text[range].reduce(0) { $0 * 10 + UInt16($1 - UInt8(ascii: "0")) }
        }
        guard text.count >= 19, text[4] == UInt8(ascii: "-") else { return (33, 0) }
        let year = min(max(number(0..<4), 1980), 2107) - 1980
        return (
            year << 9 | number(5..<7) << 5 | number(8..<10),
            number(11..<13) << 11 | number(14..<16) << 5 | number(17..<19) / 2
        )
    }
}

/// Numbers with their least byte first.
private struct LittleEndianBytes {
    var bytes: [UInt8] = []

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { self.bytes += $0 }
    }
}
