import IsoMedia
import MediaCore

/// Bitmaps whose size depends on the kind of header, and the oldest formats of small computers.
extension HeaderSize {
    /// BMP: 12 bytes of header (OS/2 1.x) have numbers of 16 bits, all longer ones of 32 (Windows GDI, BITMAPCOREHEADER and
    /// BITMAPINFOHEADER up to version 5; OS/2 2.x). A negative height means that the rows go from top to bottom.
    static func bitmap(_ fields: ByteFields) -> Sides? {
        // An array of bitmaps for several screens (OS/2): the first one.
        let start = fields.starts(with: Array("BA".utf8)) ? 14 : 0
        return self.deviceIndependentBitmap(fields, at: start + 14)
    }

    /// The header without the file's own in front, as icons have it too.
    static func deviceIndependentBitmap(_ fields: ByteFields, at offset: Int) -> Sides? {
        guard let length = fields.littleEndian(offset, width: 4) else { return nil }
        if length == 12 {
            return Sides(fields.littleEndian(offset + 4, width: 2), fields.littleEndian(offset + 6, width: 2))
        }
        guard length >= 16, let width = fields.littleEndian(offset + 4, width: 4),
            let height = fields.littleEndian(offset + 8, width: 4)
        else { return nil }
        let rows = Int32(truncatingIfNeeded: height).magnitude
        return Sides(UInt64(max(0, Int32(truncatingIfNeeded: width))), UInt64(rows))
    }

    /// The first and the last column and row (ZSoft PCX, revision 5).
    static func pcx(_ fields: ByteFields) -> Sides? {
        let edges = [4, 6, 8, 10].compactMap { fields.littleEndian($0, width: 2) }
        guard edges.count == 4, edges[2] >= edges[0], edges[3] >= edges[1] else { return nil }
        return Sides(edges[2] - edges[0] + 1, edges[3] - edges[1] + 1)
    }

    /// SMPTE ST 268: the byte order is that of the magic number.
    static func dpx(_ fields: ByteFields) -> Sides? {
        if fields.fourCC(0) == "SDPX" { return Sides(fields.unsigned(772, width: 4), fields.unsigned(776, width: 4)) }
        return Sides(fields.littleEndian(772, width: 4), fields.littleEndian(776, width: 4))
    }

    /// KTX 1: its fourth number tells the byte order. A row alone has no height.
    static func ktx(_ fields: ByteFields) -> Sides? {
        let isLittle = fields.starts(with: [1, 2, 3, 4], at: 12)
        func number(_ offset: Int) -> UInt64? {
            isLittle ? fields.littleEndian(offset, width: 4) : fields.unsigned(offset, width: 4)
        }
        return Sides(number(36), number(40).map { max(1, $0) })
    }

    /// Width and height one after the other in sevens of bits, the highest first, as in WBMP (WAP-237 section 4.3), BPG and FLIF.
    static func sevens(_ fields: ByteFields, at offset: Int, adding summand: UInt64) -> Sides? {
        var position = offset
        func number() -> UInt64? {
            var value: UInt64 = 0
            for _ in 0..<5 {
                guard let byte = fields.u8(position) else { return nil }
                position += 1
                value = value << 7 | UInt64(byte & 0x7F)
                if byte & 0x80 == 0 { return value + summand }
            }
            return nil
        }
        let width = number()
        return Sides(width, number())
    }

    /// Apple's icons: each picture's name tells its size; the largest.
    static func icns(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Sides? {
        var offset: Int64 = 8
        var largest: UInt64 = 0
        for _ in 0..<200 {
            let head = try reader.read(at: offset, upTo: 8)
            guard let kind = head.fourCC(0), let length = head.u32(4), length >= 8 else { break }
            largest = max(largest, self.icnsSides[kind] ?? 0)
            offset += Int64(length)
        }
        return Sides(largest, largest)
    }

    private static let icnsSides: [FourCC: UInt64] = [
        "ICON": 32, "ICN#": 32, "icl4": 32, "icl8": 32, "il32": 32, "icp5": 32, "ic11": 32, "ics#": 16, "ics4": 16,
        "ics8": 16, "is32": 16, "icp4": 16, "ich#": 48, "ich4": 48, "ich8": 48, "ih32": 48, "icp6": 64, "ic12": 64,
        "it32": 128, "ic07": 128, "ic08": 256, "ic13": 256, "ic09": 512, "ic14": 512, "ic10": 1024, "ic04": 16,
        "ic05": 32, "icsb": 18, "icsB": 36, "sb24": 24, "SB24": 48,
    ]
}
