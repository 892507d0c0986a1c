/// A box of the ISO base media file format (ISO/IEC 14496-12 section 4.2), an atom in QuickTime's words: where it lies.
struct IsoBox: Hashable {
    var type: FourCC
    /// Where its content begins, counted from the start of the file.
    var content: Int64
    /// Where it says it ends; may lie past the end of the file.
    var end: Int64

    /// Reads the header of the box at `offset`.
    ///
    /// - Parameter limit: the end of what holds the box: a box of size 0 reaches to it.
    /// - Returns: nil where fewer than 8 bytes are left.
    /// - Throws: ``ContainerFault/malformed(_:)`` for a size smaller than the header or past 2^63.
    static func read(
        at offset: Int64,
        limit: Int64,
        from reader: inout MeteredReader<some ByteReader>
    ) throws(ContainerFault) -> IsoBox? {
        guard limit - offset >= 8 else { return nil }
        let header = try reader.read(at: offset, upTo: 16)
        guard let size32 = header.u32(0), let type = header.fourCC(4) else { return nil }
        switch size32 {
        case 0:
            return IsoBox(type: type, content: offset + 8, end: limit)
        case 1:
            guard let size = header.u64(8) else { throw .truncated("box \(type)") }
            guard size >= 16, let end = Self.end(offset, size) else { throw .malformed("size of box \(type)") }
            return IsoBox(type: type, content: offset + 16, end: end)
        case 2..<8:
            throw .malformed("size of box \(type)")
        default:
            guard let end = Self.end(offset, UInt64(size32)) else { throw .malformed("size of box \(type)") }
            return IsoBox(type: type, content: offset + 8, end: end)
        }
    }

    private static func end(_ offset: Int64, _ size: UInt64) -> Int64? {
        guard let size = Int64(exactly: size) else { return nil }
        let (end, overflow) = offset.addingReportingOverflow(size)
        return overflow ? nil : end
    }
}
