extension SampleEntry {
    /// H.264 and H.265 (ISO/IEC 14496-12 section 12.1.3, 14496-15 sections 5.4.2 and 8.4.1).
    init(video entry: Box) throws(IsoMediaFault) {
        let fields = entry.content
        let children = try fields.boxes(from: 78)
        let codec: String
        let type: FourCC
        switch entry.type {
        case "avc1", "avc3":
            let record = try children.required("avcC")
            type = try Self.hasParameterSets(advancedVideo: record) ? "avc1" : entry.type
            codec = try Self.advancedVideoCodec(type, record)
        default:
            let record = try children.required("hvcC")
            type = try Self.hasParameterSets(highEfficiency: record) ? "hvc1" : entry.type
            codec = try Self.highEfficiencyCodec(type, record)
        }
        var writer = BoxWriter()
        let fixed = try fields.part(0, count: 78).bytes
        // Only what decoding and colours need: what else cameras and editors put here is for themselves.
        var kept: [[UInt8]] = []
        for child in children { if let bytes = try Self.kept(child) { kept.append(bytes) } }
        writer.box(type) { writer in
            writer.append(fixed)
            for child in kept { writer.append(child) }
        }
        self.init(box: writer.bytes, codec: codec)
        self.width = Int(try fields.u16(24))
        self.height = Int(try fields.u16(26))
        self.videoRange = try Self.range(children)
        if let shape = children["pasp"] { self.pixelShape = (Int(try shape.u32(0)), Int(try shape.u32(4))) }
    }

    // Apple's players take H.265 only by the name that says: all parameter sets are in the configuration record. Where they are, the
    // name may say so, whatever the file says (14496-15 sections 5.4.2.1 and 8.4.1).

    private static func hasParameterSets(advancedVideo record: BoxContent) throws(IsoMediaFault) -> Bool {
        var position = 6
        let sequences = Int(try record.u8(5) & 0x1F)
        for _ in 0..<sequences { position += 2 + Int(try record.u16(position)) }
        return sequences > 0 && ((try? record.u8(position)) ?? 0) > 0
    }

    private static func hasParameterSets(highEfficiency record: BoxContent) throws(IsoMediaFault) -> Bool {
        var kinds: Set<UInt8> = []
        var position = 23
        // A record may be cut off behind its numbers: then it has none.
        for _ in 0..<Int((try? record.u8(22)) ?? 0) {
            let kind = try record.u8(position) & 0x3F
            let count = Int(try record.u16(position + 1))
            position += 3
            for _ in 0..<count { position += 2 + Int(try record.u16(position)) }
            if count > 0 { kinds.insert(kind) }
        }
        // VPS, SPS, PPS.
        return kinds.isSuperset(of: [32, 33, 34])
    }

    private static func kept(_ child: Box) throws(IsoMediaFault) -> [UInt8]? {
        switch child.type {
        case "avcC", "hvcC", "pasp", "mdcv", "clli", "dvcC", "dvvC": return child.whole.bytes
        case "colr":
            guard try child.content.fourCC(0) == "nclc" else { return child.whole.bytes }
            // QuickTime's form, which has no bit for the full range.
            let numbers = try child.content.part(4, count: 6).bytes
            var writer = BoxWriter()
            writer.box("colr") { writer in
                writer.fourCC("nclx")
                writer.append(numbers)
                writer.u8(0)
            }
            return writer.bytes
        default: return nil
        }
    }

    /// By the transfer characteristics (ISO/IEC 23091-2 section 8.2).
    private static func range(_ children: [Box]) throws(IsoMediaFault) -> VideoRange {
        for child in children where child.type == "colr" {
            guard [FourCC("nclx"), "nclc"].contains(try child.content.fourCC(0)) else { continue }
            switch try child.content.u16(6) {
            case 16: return .perceptualQuantizer
            case 18: return .hybridLogGamma
            default: return .standard
            }
        }
        return .standard
    }

    /// Profile, constraints and level of `avcC` (14496-15 section 5.3.3.1), in hex.
    private static func advancedVideoCodec(_ type: FourCC, _ record: BoxContent) throws(IsoMediaFault) -> String {
        let numbers = try record.part(1, count: 3).bytes
        return "\(type)." + numbers.map(Self.twoDigits).joined()
    }

    /// 14496-15 annex E.3: profile, compatibility with its bits the other way round, tier and level, constraints without the zeros
    /// at their end.
    private static func highEfficiencyCodec(_ type: FourCC, _ record: BoxContent) throws(IsoMediaFault) -> String {
        let first = try record.u8(1)
        let space = ["", "A", "B", "C"][Int(first >> 6)]
        let tier = first & 0x20 == 0 ? "L" : "H"
        var compatibility: UInt32 = 0
        let given = try record.u32(2)
        for bit in 0..<32 where given & 1 << bit != 0 { compatibility |= 1 << (31 - bit) }
        var constraints = try record.part(6, count: 6).bytes
        while constraints.last == 0 { constraints.removeLast() }
        let level = try record.u8(12)
        let parts =
            ["\(type)", "\(space)\(first & 0x1F)", String(compatibility, radix: 16), "\(tier)\(level)"]
            + constraints.map { String($0, radix: 16, uppercase: true) }
        return parts.joined(separator: ".")
    }

    private static func twoDigits(_ byte: UInt8) -> String {
        byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
    }
}
