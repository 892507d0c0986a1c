import MediaCore

/// One directory of what is laid out like a TIFF, also under a number of its own (TIFF 6.0 section 2; JPEG XR, ITU-T T.832 annex A;
/// raw photographs): each tag's first value.
struct TiffFields {
    private(set) var values: [UInt64: UInt64] = [:]

    private static let maximumEntries = 500

    /// - Parameters:
    ///   - base: where the TIFF begins in the file: places in it count from there.
    ///   - place: of the directory; nil for the first one.
    init(
        at base: Int64 = 0,
        directory place: UInt64? = nil,
        _ reader: inout MeteredReader<some ByteSource>
    ) throws(ContainerFault) {
        let head = try reader.read(at: base, upTo: 8)
        let isLittle = head.starts(with: Array("II".utf8))
        func number(_ fields: ByteFields, _ offset: Int, _ width: Int) -> UInt64? {
            isLittle ? fields.littleEndian(offset, width: width) : fields.unsigned(offset, width: width)
        }
        guard let place = place ?? number(head, 4, 4), place < 1 << 40 else { return }
        let directory = try reader.read(at: base + Int64(place), upTo: 2 + 12 * Self.maximumEntries)
        for index in 0..<Int(min(number(directory, 0, 2) ?? 0, UInt64(Self.maximumEntries))) {
            let entry = 2 + 12 * index
            // SHORT has two bytes, at the front of the value's four.
            guard let tag = number(directory, entry, 2), let kind = number(directory, entry + 2, 2) else { return }
            self.values[tag] = number(directory, entry + 8, kind == 3 ? 2 : 4)
        }
    }

    /// Upright: the orientation may turn it.
    func sides(_ width: UInt64?, _ height: UInt64?) -> HeaderSize.Sides? {
        let isOnItsSide = (5...8).contains(self.values[274] ?? 1)
        return isOnItsSide ? HeaderSize.Sides(height, width) : HeaderSize.Sides(width, height)
    }
}
