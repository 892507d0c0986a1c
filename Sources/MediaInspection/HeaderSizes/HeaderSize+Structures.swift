import IsoMedia
import MediaCore

/// Formats whose size stands in one of several parts.
extension HeaderSize {
    /// JPEG-LS: the frame SOF55 (ISO/IEC 14495-1 annex C.2.2).
    static func jpegLS(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Sides? {
        var offset: Int64 = 2
        for _ in 0..<500 {
            let fields = try reader.read(at: offset, upTo: 10)
            guard fields.u8(0) == 0xFF, let marker = fields.u8(1) else { return nil }
            if marker == 0xF7 { return Sides(fields.unsigned(7, width: 2), fields.unsigned(5, width: 2)) }
            guard marker != 0xFF else {
                offset += 1
                continue
            }
            guard let length = fields.u16(2), length >= 2 else { return nil }
            offset += 2 + Int64(length)
        }
        return nil
    }

    /// OpenEXR: the display window, among attributes that come as name, kind, length and value.
    static func openEXR(_ fields: ByteFields) -> Sides? {
        var offset = 8
        func word() -> String? {
            guard offset < fields.count else { return nil }
            let bytes = fields.bytes[offset...].prefix(256).prefix { $0 != 0 }
            offset += bytes.count + 1
            return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        }
        for _ in 0..<500 {
            guard let name = word(), let kind = word(), let length = fields.littleEndian(offset, width: 4) else {
                return nil
            }
            offset += 4
            if name == "displayWindow", kind == "box2i", length == 16 {
                let edges = (0..<4).compactMap { fields.littleEndian(offset + 4 * $0, width: 4) }.map {
                    Int64(Int32(truncatingIfNeeded: $0))
                }
                guard edges.count == 4, edges[2] >= edges[0], edges[3] >= edges[1] else { return nil }
                return Sides(UInt64(edges[2] - edges[0] + 1), UInt64(edges[3] - edges[1] + 1))
            }
            guard length < UInt64(fields.count) else { return nil }
            offset += Int(length)
        }
        return nil
    }

    /// DjVu: `INFO` of the first page (DjVu3 specification, section 8.3.3), whose flags turn it.
    static func djvu(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Sides? {
        // Behind `AT&T`.
        var offset: Int64 = 4
        for _ in 0..<2000 {
            let head = try reader.read(at: offset, upTo: 18)
            guard let kind = head.fourCC(0), let length = head.u32(4) else { return nil }
            switch (kind, head.fourCC(8)) {
            // A page, or a document of pages: what is in it comes next. What pages share has no size.
            case ("FORM", "DJVU"?), ("FORM", "DJVM"?): offset += 12
            case ("INFO", _):
                let turns = (head.u8(17) ?? 1) & 7
                let (width, height) = (head.unsigned(8, width: 2), head.unsigned(10, width: 2))
                return turns == 5 || turns == 6 ? Sides(height, width) : Sides(width, height)
            default: offset += 8 + Int64(length) + Int64(length & 1)
            }
        }
        return nil
    }
}
