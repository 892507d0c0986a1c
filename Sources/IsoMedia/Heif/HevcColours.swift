extension ColourCodePoints {
    /// What a sequence parameter set of HEVC says in its usability information.
    ///
    /// - Parameter unit: a NAL unit with its header.
    /// - Returns: nil for another unit, and where it says nothing.
    /// - Throws: ``IsoMediaFault`` where it ends too early, or cannot be.
    ///
    /// Source: ISO/IEC 23008-2 sections 7.3.2.2, 7.3.3, 7.3.4, 7.3.7 and E.2.1.
    init?(hevc unit: [UInt8]) throws(IsoMediaFault) {
        guard unit.count > 2, unit[0] >> 1 & 0x3F == 33 else { return nil }
        var bits = BitReader(Self.withoutEmulationPrevention(unit.dropFirst(2)))
        try bits.skip(4)
        let layers = try bits.read(3)
        try bits.skip(1)
        try Self.skipProfile(&bits, layers: layers)
        _ = try bits.exponential()
        if try bits.exponential() == 3 { try bits.skip(1) }
        try Self.skipNumbers(2, &bits)
        if try bits.flag() { try Self.skipNumbers(4, &bits) }
        try Self.skipNumbers(2, &bits)
        let orderBits = try bits.exponential() + 4
        let ordered = try bits.flag() ? layers + 1 : 1
        try Self.skipNumbers(3 * ordered + 6, &bits)
        if try bits.flag(), try bits.flag() { try Self.skipScalingLists(&bits) }
        try bits.skip(2)
        if try bits.flag() {
            try bits.skip(8)
            try Self.skipNumbers(2, &bits)
            try bits.skip(1)
        }
        try Self.skipReferenceSets(&bits)
        if try bits.flag() {
            let count = try bits.exponential()
            guard count <= 32, orderBits <= 16 else { throw .damaged("a parameter set") }
            try bits.skip(count * (orderBits + 1))
        }
        try bits.skip(2)
        guard try bits.flag() else { return nil }
        // vui_parameters()
        if try bits.flag(), try bits.read(8) == 255 { try bits.skip(32) }
        if try bits.flag() { try bits.skip(1) }
        guard try bits.flag() else { return nil }
        try bits.skip(4)
        guard try bits.flag() else { return nil }
        self.init(primaries: try bits.read(8), transfer: try bits.read(8))
    }

    private static func skipNumbers(_ count: Int, _ bits: inout BitReader) throws(IsoMediaFault) {
        for _ in 0..<count { _ = try bits.exponential() }
    }

    private static func skipProfile(_ bits: inout BitReader, layers: Int) throws(IsoMediaFault) {
        try bits.skip(88 + 8)
        guard layers > 0 else { return }
        var present: [(profile: Bool, level: Bool)] = []
        for _ in 0..<layers { present.append((try bits.flag(), try bits.flag())) }
        try bits.skip(2 * (8 - layers))
        for layer in present { try bits.skip((layer.profile ? 88 : 0) + (layer.level ? 8 : 0)) }
    }

    private static func skipScalingLists(_ bits: inout BitReader) throws(IsoMediaFault) {
        for size in 0..<4 {
            for _ in 0..<(size == 3 ? 2 : 6) {
                if try bits.flag() {
                    try self.skipNumbers((size > 1 ? 1 : 0) + min(64, 1 << (4 + 2 * size)), &bits)
                } else {
                    _ = try bits.exponential()
                }
            }
        }
    }

    private static func skipReferenceSets(_ bits: inout BitReader) throws(IsoMediaFault) {
        let count = try bits.exponential()
        guard count <= 64 else { throw .damaged("a parameter set") }
        var pictures = 0
        for index in 0..<count {
            if index > 0, try bits.flag() {
                try bits.skip(1)
                _ = try bits.exponential()
                var kept = 0
                for _ in 0...pictures {
                    let isKept = try bits.flag() ? true : try bits.flag()
                    if isKept { kept += 1 }
                }
                pictures = kept
            } else {
                pictures = try bits.exponential() + bits.exponential()
                guard pictures <= 32 else { throw .damaged("a parameter set") }
                for _ in 0..<pictures {
                    _ = try bits.exponential()
                    try bits.skip(1)
                }
            }
        }
    }

    /// Section 7.4.2: a 3 behind two zeros is no data.
    private static func withoutEmulationPrevention(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var zeros = 0
        for byte in bytes {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            result.append(byte)
        }
        return result
    }
}
