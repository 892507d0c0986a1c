import Glibc

/// The bytes of one file, with every access checked: nil past the end.
struct ByteView {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var count: Int { self.bytes.count }

    func u8(_ offset: Int) -> UInt8? { self.bytes.indices.contains(offset) ? self.bytes[offset] : nil }

    func u16(_ offset: Int) -> Int? { self.bigEndian(offset, width: 2) }

    func u32(_ offset: Int) -> Int? { self.bigEndian(offset, width: 4) }

    /// 0 to 8 bytes as a number; nil where it does not fit into an `Int`.
    func bigEndian(_ offset: Int, width: Int) -> Int? {
        guard let field = self.field(offset, width) else { return nil }
        return Int(exactly: field.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    func littleEndian(_ offset: Int, width: Int) -> Int? {
        guard let field = self.field(offset, width) else { return nil }
        return Int(exactly: field.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// True where the bytes from `offset` on begin with `text`.
    func starts(with text: StaticString, at offset: Int) -> Bool {
        guard offset >= 0, offset <= self.count - text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(self.bytes[offset..<offset + $0.count]) }
    }

    func equals(_ other: [UInt8], at range: Range<Int>) -> Bool {
        guard range.count == other.count, self.contains(range) else { return false }
        return self.bytes[range].elementsEqual(other)
    }

    func contains(_ range: Range<Int>) -> Bool { range.lowerBound >= 0 && range.upperBound <= self.count }

    /// A copy; for a range that this view ``contains(_:)``.
    func array(_ range: Range<Int>) -> [UInt8] { self.contains(range) ? Array(self.bytes[range]) : [] }

    /// The next place at or behind `offset` that holds `byte`.
    func firstIndex(of byte: UInt8, from offset: Int) -> Int? {
        guard offset >= 0, offset < self.count, let base = self.bytes.baseAddress,
            let found = memchr(base + offset, Int32(byte), self.count - offset)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    private func field(_ offset: Int, _ width: Int) -> Slice<UnsafeRawBufferPointer>? {
        guard offset >= 0, (0...8).contains(width), offset <= self.count - width else { return nil }
        return self.bytes[offset..<offset + width]
    }
}
