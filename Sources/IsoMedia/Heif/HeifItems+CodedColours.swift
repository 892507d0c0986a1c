import Primitives

extension HeifItems {
    /// The code points that only the coded picture itself carries: that of the item, or of its first tile.
    ///
    /// A container need not repeat them (`colr` is optional in ISO/IEC 23008-12 section 6.5.5), and browsers read them there.
    /// - Parameter boxes: those in `meta`.
    func codedColour(_ source: some ByteSource, _ boxes: [Box]) -> ColourCodePoints? {
        let id = self.tiles(of: self.primary).first ?? self.primary
        do throws(IsoMediaFault) {
            if let record = self.properties(of: id, "hvcC").first { return try Self.hevcColour(record) }
            guard let record = self.properties(of: id, "av1C").first else { return nil }
            // The sequence header may be left out of the record.
            if record.count > 4 { return try ColourCodePoints(av1: record.dropping(4).bytes) }
            return try Self.beginning(of: id, source, boxes).flatMap { (data) throws(IsoMediaFault) in
                try ColourCodePoints(av1: data)
            }
        } catch {
            // What cannot be read is the decoder's to judge.
            return nil
        }
    }

    private static func hevcColour(_ record: BoxContent) throws(IsoMediaFault) -> ColourCodePoints? {
        var position = 23
        for _ in 0..<Int(try record.u8(22)) {
            let count = Int(try record.u16(position + 1))
            position += 3
            for _ in 0..<count {
                let length = Int(try record.u16(position))
                if let found = try ColourCodePoints(hevc: record.part(position + 2, count: length).bytes) {
                    return found
                }
                position += 2 + length
            }
        }
        return nil
    }

    // MARK: Data

    /// More than a temporal delimiter and a sequence header have.
    private static let headerBytes = 1024

    /// The first bytes of an item (`iloc`, ISO/IEC 14496-12 section 8.11.3).
    private static func beginning(
        of id: Int,
        _ source: some ByteSource,
        _ boxes: [Box]
    ) throws(IsoMediaFault) -> [UInt8]? {
        let box = try boxes.required("iloc")
        let version = try box.u8(0)
        let (widths, more) = (Int(try box.u8(4)), Int(try box.u8(5)))
        let (offsetWidth, lengthWidth, baseWidth) = (widths >> 4, widths & 0xF, more >> 4)
        let indexWidth = version == 0 ? 0 : more & 0xF
        let idWidth = version < 2 ? 2 : 4
        let count = try box.id(6, width: idWidth)
        var position = 6 + idWidth
        func number(_ width: Int) throws(IsoMediaFault) -> Int64 {
            defer { position += width }
            switch width {
            case 0: return 0
            case 4: return Int64(try box.u32(position))
            case 8: return Int64(clamping: try box.u64(position))
            default: throw .damaged("a width in iloc")
            }
        }
        for _ in 0..<count {
            let found = try box.id(position, width: idWidth)
            position += idWidth
            var method = 0
            if version > 0 {
                method = Int(try box.u16(position)) & 0xF
                position += 2
            }
            position += 2
            let base = try number(baseWidth)
            let extents = Int(try box.u16(position))
            position += 2
            guard found == id else {
                position += extents * (indexWidth + offsetWidth + lengthWidth)
                continue
            }
            guard extents > 0, method == 0 else { return nil }
            _ = try number(indexWidth)
            let (start, overflow) = base.addingReportingOverflow(try number(offsetWidth))
            let length = min(try number(lengthWidth), Int64(Self.headerBytes))
            guard !overflow, start >= 0, start < source.length else { return nil }
            let end = lengthWidth == 0 ? source.length : min(source.length - start, length) + start
            return try source.read(at: start, count: Int(min(end - start, Int64(Self.headerBytes))))
        }
        return nil
    }
}
