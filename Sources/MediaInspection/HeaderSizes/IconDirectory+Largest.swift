import MediaCore

extension IconDirectory {
    /// The largest picture of an icon or a cursor. One byte tells each side: 0 means 256, or more where the picture is a PNG, which
    /// tells its own.
    ///
    /// Source: Windows' ICONDIRENTRY; the pictures are PNGs or bitmaps without a file header, whose height counts the mask too.
    static func largest(
        _ fields: ByteFields,
        _ reader: inout MeteredReader<some ByteSource>
    ) throws(ContainerFault) -> HeaderSize.Sides? {
        var best: HeaderSize.Sides?
        for index in 0..<Int(min(fields.littleEndian(4, width: 2) ?? 0, 1000)) {
            let entry = 6 + 16 * index
            guard let width = fields.u8(entry), let height = fields.u8(entry + 1),
                let place = fields.littleEndian(entry + 12, width: 4)
            else { break }
            let listed = HeaderSize.Sides(width == 0 ? 256 : UInt64(width), height == 0 ? 256 : UInt64(height))
            let picture = try reader.read(at: Int64(place), upTo: 24)
            let sides = self.png(picture) ?? (width == 0 ? self.bitmap(picture) : nil) ?? listed
            if self.area(sides) > self.area(best) { best = sides }
        }
        return best
    }

    private static func png(_ picture: ByteFields) -> HeaderSize.Sides? {
        guard picture.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
        return HeaderSize.Sides(picture.unsigned(16, width: 4), picture.unsigned(20, width: 4))
    }

    private static func bitmap(_ picture: ByteFields) -> HeaderSize.Sides? {
        let sides = HeaderSize.deviceIndependentBitmap(picture, at: 0)
        guard let sides, sides.width > 0, sides.height > 1 else { return nil }
        return HeaderSize.Sides(sides.width, sides.height / 2)
    }

    /// 32 bits each: no overflow that matters.
    private static func area(_ sides: HeaderSize.Sides?) -> UInt64 {
        (sides?.width ?? 0).multipliedReportingOverflow(by: sides?.height ?? 0).partialValue
    }
}
