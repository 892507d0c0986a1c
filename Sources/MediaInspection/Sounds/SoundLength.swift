import IsoMedia
import MediaCore

/// How long sound is, by its own header, where FFmpeg tells it wrongly or not at all: one-bit sound, and sound whose writer could not go
/// back to write how much came.
enum SoundLength {
    /// In seconds; nil where the header does not say it, and of other types.
    static func seconds(of type: MediaType, in source: some ByteSource) -> Double? {
        var reader = MeteredReader(source, reads: 2000)
        let found: Double? =
            switch type.essence {
            case "audio/x-dsf": try? self.dsf(&reader)
            case "audio/x-dff": try? self.dsdiff(&reader)
            case "audio/aiff": try? self.aiff(&reader)
            case "audio/x-w64": try? self.wave64(&reader)
            default: nil
            }
        return found.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    }

    /// Sony's DSF 1.01: samples and their rate stand in `fmt `. The data is filled up to whole blocks, which is what packets add up to.
    private static func dsf(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Double? {
        let fields = try reader.read(at: 28, upTo: 52)
        guard fields.fourCC(0) == "fmt ", let rate = fields.littleEndian(28, width: 4), rate > 0,
            let samples = fields.littleEndian(36, width: 8)
        else { return nil }
        return Double(samples) / Double(rate)
    }

    /// Philips' DSDIFF 1.5: one bit a sample, or compressed frames, which are counted.
    private static func dsdiff(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Double? {
        var (rate, channels): (UInt64?, UInt64?)
        var offset: Int64 = 16
        for _ in 0..<1000 {
            let head = try reader.read(at: offset, upTo: 12)
            guard let kind = head.fourCC(0), let size = head.u64(4), size < 1 << 56 else { return nil }
            let content = offset + 12
            // Chunks begin at even places.
            offset = content + Int64(size + size % 2)
            switch kind {
            // Properties: what is in them comes next.
            case "PROP": offset = content + 4
            case "FS  ": rate = try reader.read(at: content, upTo: 4).u32(0).map(UInt64.init)
            case "CHNL": channels = try reader.read(at: content, upTo: 2).u16(0).map(UInt64.init)
            case "DSD ":
                guard let rate, let channels, rate > 0, channels > 0 else { return nil }
                let bytes = min(Int64(size), max(0, reader.length - content))
                return Double(bytes) * 8 / Double(rate * channels)
            case "DST ": offset = content
            case "FRTE":
                let fields = try reader.read(at: content, upTo: 6)
                guard let frames = fields.u32(0), let perSecond = fields.u16(4), perSecond > 0 else { return nil }
                return Double(frames) / Double(perSecond)
            default: break
            }
        }
        return nil
    }

    /// AIFF 1.3 and AIFF-C, of sound that is not compressed: a size that is nothing, or larger than the file, means all that is there.
    private static func aiff(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Double? {
        let isPlain = try reader.read(at: 8, upTo: 4).fourCC(0) == "AIFF"
        var bytesPerSecond: Double?
        var offset: Int64 = 12
        for _ in 0..<1000 {
            let head = try reader.read(at: offset, upTo: 8)
            guard let kind = head.fourCC(0), let size = head.u32(4) else { return nil }
            let content = offset + 8
            offset = content + Int64(size) + Int64(size % 2)
            switch kind {
            case "COMM":
                let fields = try reader.read(at: content, upTo: 22)
                guard isPlain || self.uncompressed.contains(fields.fourCC(18) ?? "    "),
                    let channels = fields.u16(0), let bits = fields.u16(6), let rate = self.extended(fields, at: 8)
                else { return nil }
                bytesPerSecond = Double(channels) * Double((Int(bits) + 7) / 8) * rate
            case "SSND":
                guard let bytesPerSecond, bytesPerSecond > 0 else { return nil }
                // Behind an offset and the size of a block.
                let rest = reader.length - content - 8
                let bytes = size <= 8 ? rest : min(rest, Int64(size) - 8)
                return Double(max(0, bytes)) / bytesPerSecond
            default: break
            }
        }
        return nil
    }

    private static let uncompressed: Set<FourCC> = [
        "NONE", "twos", "sowt", "in24", "in32", "fl32", "FL32", "fl64", "FL64",
    ]

    /// A number of 80 bits (IEEE 754 extended precision): positive, as rates are.
    private static func extended(_ fields: ByteFields, at offset: Int) -> Double? {
        guard let exponent = fields.u16(offset), let mantissa = fields.u64(offset + 2), exponent < 0x4040 else {
            return nil
        }
        return Double(sign: .plus, exponent: Int(exponent) - 16383 - 63, significand: Double(mantissa))
    }

    /// Sony's Wave64: sizes count their own head; chunks begin at multiples of eight.
    private static func wave64(_ reader: inout MeteredReader<some ByteSource>) throws(ContainerFault) -> Double? {
        var bytesPerSecond: UInt64?
        var offset: Int64 = 40
        for _ in 0..<1000 {
            let head = try reader.read(at: offset, upTo: 24)
            guard let kind = head.fourCC(0), let size = head.littleEndian(16, width: 8) else { return nil }
            let content = offset + 24
            switch kind {
            case "fmt ":
                let fields = try reader.read(at: content, upTo: 12)
                let format = fields.littleEndian(0, width: 2)
                guard format == 1 || format == 3 || format == 0xFFFE else { return nil }
                bytesPerSecond = fields.littleEndian(8, width: 4)
            case "data":
                guard let bytesPerSecond, bytesPerSecond > 0 else { return nil }
                let rest = UInt64(max(0, reader.length - content))
                return Double(size <= 24 ? rest : min(rest, size - 24)) / Double(bytesPerSecond)
            default: break
            }
            guard size >= 24, size < 1 << 56 else { return nil }
            offset += Int64((size + 7) / 8 * 8)
        }
        return nil
    }
}
