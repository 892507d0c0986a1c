import MediaCore

/// An EBML element (RFC 8794): its name and where its content lies.
struct EbmlElement: Hashable {
    /// With its length marker, as written in RFC 9559: `0x1A45DFA3`.
    var id: UInt32
    /// Where its content begins, counted from the start of the file.
    var content: Int64
    /// Where it ends; nil for "unknown", which live recordings write into segments and clusters.
    var end: Int64?

    /// Reads the element header at `offset`.
    /// - Returns: nil at the end of the file.
    /// - Throws: ``ContainerFault/malformed(_:)`` for a broken number (RFC 8794 sections 4 and 5).
    static func read(
        at offset: Int64,
        from reader: inout MeteredReader<some ByteSource>
    ) throws(ContainerFault) -> EbmlElement? {
        guard offset < reader.length else { return nil }
        let fields = try reader.read(at: offset, upTo: 12)
        guard let first = fields.u8(0) else { return nil }
        let idWidth = first.leadingZeroBitCount + 1
        guard idWidth <= 4, let id = fields.unsigned(0, width: idWidth) else {
            throw .malformed("element at \(offset)")
        }
        guard let sizeFirst = fields.u8(idWidth) else { throw .truncated("element at \(offset)") }
        let sizeWidth = sizeFirst.leadingZeroBitCount + 1
        guard sizeWidth <= 8 else { throw .malformed("size of element at \(offset)") }
        guard let raw = fields.unsigned(idWidth, width: sizeWidth) else { throw .truncated("element at \(offset)") }
        let mask = (UInt64(1) << UInt64(7 * sizeWidth)) - 1
        let content = offset + Int64(idWidth + sizeWidth)
        guard raw & mask != mask else { return EbmlElement(id: UInt32(id), content: content, end: nil) }
        // 56 bits at most and a file offset: no overflow.
        return EbmlElement(id: UInt32(id), content: content, end: content + Int64(raw & mask))
    }
}

extension ByteFields {
    /// All the bytes as an unsigned number (RFC 8794 section 7.2); 0 for none.
    var ebmlUnsigned: UInt64? { self.count == 0 ? 0 : self.unsigned(0, width: self.count) }

    /// All the bytes as a float of 4 or 8 bytes (section 7.3).
    var ebmlFloat: Double? {
        switch self.count {
        case 4: self.u32(0).map { Double(Float(bitPattern: $0)) }
        case 8: self.u64(0).map { Double(bitPattern: $0) }
        default: nil
        }
    }
}
