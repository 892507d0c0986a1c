import IsoMedia

/// Big-endian fields in a short run of bytes. Every access is checked: nil past the end.
struct ByteFields: Hashable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { self.bytes.count }

    func u8(_ offset: Int) -> UInt8? {
        self.bytes.indices.contains(offset) ? self.bytes[offset] : nil
    }

    func u16(_ offset: Int) -> UInt16? { self.unsigned(offset, width: 2).map { UInt16(truncatingIfNeeded: $0) } }

    func u32(_ offset: Int) -> UInt32? { self.unsigned(offset, width: 4).map { UInt32(truncatingIfNeeded: $0) } }

    func u64(_ offset: Int) -> UInt64? { self.unsigned(offset, width: 8) }

    func fourCC(_ offset: Int) -> FourCC? { self.u32(offset).map(FourCC.init(rawValue:)) }

    /// 1 to 8 bytes as a number.
    func unsigned(_ offset: Int, width: Int) -> UInt64? {
        guard offset >= 0, (1...8).contains(width), offset <= self.bytes.count - width else { return nil }
        return self.bytes[offset..<offset + width].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Little-endian, for zip.
    func littleEndian(_ offset: Int, width: Int) -> UInt64? {
        self.unsigned(offset, width: width).map { $0.byteSwapped >> UInt64(64 - 8 * width) }
    }

    func starts(with prefix: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= self.bytes.count else { return false }
        return self.bytes[offset...].starts(with: prefix)
    }
}
