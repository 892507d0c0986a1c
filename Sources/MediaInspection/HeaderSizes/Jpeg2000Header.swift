import IsoMedia
import MediaCore

/// JPEG 2000: in boxes the header says the size, or the page of a compound picture; a bare codestream says it itself.
///
/// Sources: ISO/IEC 15444-1 annexes A.5.1 (SIZ) and I.5.3.1 (`ihdr`), 15444-6 (`phdr`).
enum Jpeg2000Header {
    private static let maximumBoxes = 500

    /// Of the first header, page or codestream.
    static func sides(
        inBoxes reader: inout MeteredReader<some ByteSource>
    ) throws(ContainerFault)
        -> HeaderSize.Sides?
    {
        // Superboxes are entered: what is in them is walked as if it stood beside them.
        let superboxes: Set<FourCC> = ["jp2h", "jpch", "page"]
        var offset: Int64 = 0
        var codestream: HeaderSize.Sides?
        for _ in 0..<self.maximumBoxes {
            let head = try reader.read(at: offset, upTo: 16)
            guard let size = head.u32(0), let type = head.fourCC(4) else { break }
            let isWide = size == 1
            let content = offset + (isWide ? 16 : 8)
            if superboxes.contains(type) {
                offset = content
                continue
            }
            switch type {
            case "ihdr":
                let fields = try reader.read(at: content, upTo: 8)
                return HeaderSize.Sides(fields.unsigned(4, width: 4), fields.unsigned(0, width: 4))
            case "phdr":
                let fields = try reader.read(at: content, upTo: 10)
                return HeaderSize.Sides(fields.unsigned(6, width: 4), fields.unsigned(2, width: 4))
            case "jp2c" where codestream == nil:
                codestream = self.sides(ofCodestream: try reader.read(at: content, upTo: 64))
            default: break
            }
            let length = isWide ? head.u64(8) ?? 0 : UInt64(size)
            // 0: to the end of the file.
            guard length >= 8, length < 1 << 48 else { break }
            offset += Int64(length)
        }
        return codestream
    }

    /// SOC, then SIZ: the picture begins at an offset in its grid.
    static func sides(ofCodestream fields: ByteFields) -> HeaderSize.Sides? {
        guard fields.starts(with: [0xFF, 0x4F, 0xFF, 0x51]), let right = fields.u32(8), let bottom = fields.u32(12),
            let left = fields.u32(16), let top = fields.u32(20), right > left, bottom > top
        else { return nil }
        return HeaderSize.Sides(UInt64(right - left), UInt64(bottom - top))
    }
}
