extension ColourCodePoints {
    /// What a sequence header of AV1 says.
    ///
    /// - Parameter units: `configOBUs` of `av1C`, or the beginning of a picture's data.
    /// - Returns: nil where there is no such header, or it says nothing.
    /// - Throws: ``IsoMediaFault`` where it ends too early.
    ///
    /// Source: AV1 Bitstream & Decoding Process Specification, sections 5.3 and 5.5.
    init?(av1 units: [UInt8]) throws(IsoMediaFault) {
        var rest = units[...]
        while let header = rest.first {
            var unit = rest.dropFirst(header & 4 == 0 ? 1 : 2)
            // Without a size it reaches to the end.
            var size = unit.count
            if header & 2 != 0 {
                size = 0
                for index in 0..<8 {
                    guard let byte = unit.popFirst() else { return nil }
                    size |= Int(byte & 0x7F) << (7 * index)
                    if byte & 0x80 == 0 { break }
                }
            }
            guard size >= 0, size <= unit.count else { return nil }
            if header >> 3 & 0xF == 1 {
                var bits = BitReader(Array(unit.prefix(size)))
                guard let points = try Self.av1(&bits) else { return nil }
                self = points
                return
            }
            rest = unit.dropFirst(size)
        }
        return nil
    }

    private static func av1(_ bits: inout BitReader) throws(IsoMediaFault) -> ColourCodePoints? {
        let profile = try bits.read(3)
        try bits.skip(1)
        let isReduced = try bits.flag()
        if isReduced { try bits.skip(5) } else { try self.skipOperatingPoints(&bits) }
        let (width, height) = (try bits.read(4) + 1, try bits.read(4) + 1)
        try bits.skip(width + height)
        if !isReduced, try bits.flag() { try bits.skip(7) }
        try bits.skip(3)
        if !isReduced {
            try bits.skip(4)
            let hasOrder = try bits.flag()
            if hasOrder { try bits.skip(2) }
            let forcesTools = try bits.flag() ? true : try bits.flag()
            if forcesTools, try !bits.flag() { try bits.skip(1) }
            if hasOrder { try bits.skip(3) }
        }
        try bits.skip(3)
        // color_config()
        let isDeep = try bits.flag()
        if profile == 2, isDeep { try bits.skip(1) }
        if profile != 1 { try bits.skip(1) }
        guard try bits.flag() else { return nil }
        return ColourCodePoints(primaries: try bits.read(8), transfer: try bits.read(8))
    }

    private static func skipOperatingPoints(_ bits: inout BitReader) throws(IsoMediaFault) {
        var delayBits: Int?
        if try bits.flag() {
            try bits.skip(64)
            if try bits.flag() { _ = try bits.exponential() }
            if try bits.flag() {
                delayBits = try bits.read(5) + 1
                try bits.skip(32 + 5 + 5)
            }
        }
        let hasDisplayDelay = try bits.flag()
        for _ in 0...(try bits.read(5)) {
            try bits.skip(12)
            if try bits.read(5) > 7 { try bits.skip(1) }
            if let delayBits, try bits.flag() { try bits.skip(2 * delayBits + 1) }
            if hasDisplayDelay, try bits.flag() { try bits.skip(4) }
        }
    }
}
