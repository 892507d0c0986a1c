import IsoMedia
import MediaCore

/// Raw photographs: the size of the picture that their camera makes of them, upright. Nothing of it is decoded.
extension HeaderSize {
    /// Canon's CR2: EXIF's size (tags 0xA002 and 0xA003 behind 0x8769), else that of the first directory.
    static func canonCR2(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Sides? {
        let first = try TiffFields(&reader)
        if let place = first.values[0x8769] {
            let exif = try TiffFields(directory: place, &reader)
            let sides = first.sides(exif.values[0xA002], exif.values[0xA003])
            if let sides { return sides }
        }
        return first.sides(first.values[256], first.values[257])
    }

    /// Panasonic's RW2: the borders of the picture on the sensor, tags 4 to 7.
    static func panasonic(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Sides? {
        let fields = try TiffFields(&reader)
        let edges = [4, 5, 6, 7].compactMap { fields.values[$0] }
        guard edges.count == 4, edges[2] > edges[0], edges[3] > edges[1] else { return nil }
        return fields.sides(edges[3] - edges[1], edges[2] - edges[0])
    }

    /// Canon's CR3: the largest track of a `moov`, turned as EXIF's first directory says, which is in a `uuid` box of Canon's.
    static func canonCR3(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Sides? {
        let superboxes: Set<FourCC> = ["moov", "trak"]
        var offset: Int64 = 0
        var largest: (width: UInt64, height: UInt64) = (0, 0)
        var orientation: UInt64?
        for _ in 0..<200 {
            let head = try reader.read(at: offset, upTo: 16)
            guard let size = head.u32(0), let type = head.fourCC(4) else { break }
            let content = offset + (size == 1 ? 16 : 8)
            switch type {
            case _ where superboxes.contains(type):
                offset = content
                continue
            case "uuid" where try reader.read(at: content, upTo: 16).starts(with: self.canon):
                offset = content + 16
                continue
            case "CMT1": orientation = try TiffFields(at: content, &reader).values[274]
            case "tkhd":
                if let header = TrackHeader(fields: try reader.read(at: content, upTo: 96)),
                    header.width > 0, header.height > 0,
                    UInt64(header.width * header.height) > largest.width * largest.height
                {
                    largest = (UInt64(header.width), UInt64(header.height))
                }
            default: break
            }
            let length = size == 1 ? head.u64(8) ?? 0 : UInt64(size)
            guard length >= 8, length < 1 << 48 else { break }
            offset += Int64(length)
        }
        return (5...8).contains(orientation ?? 1)
            ? Sides(largest.height, largest.width) : Sides(largest.width, largest.height)
    }

    private static let canon: [UInt8] = [
        0x85, 0xC0, 0xB6, 0x87, 0x82, 0x0F, 0x11, 0xE0, 0x81, 0x11, 0xF4, 0xCE, 0x46, 0x2B, 0x6A, 0x48,
    ]
}
