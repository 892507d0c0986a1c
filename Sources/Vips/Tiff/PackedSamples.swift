import Glibc

/// Samples of any number of bits as libtiff leaves them: of 8, 16, 32 and 64 bits in the machine's order, all others packed, the most
/// significant bit first (TIFF 6.0 section 2, `FillOrder`).
struct PackedSamples {
    let bits: Int
    let format: TiffFile.SampleFormat

    /// The sample as a number of its bits; for at most 32 of them.
    func number(_ line: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
        switch self.bits {
        case 8: return UInt32(line[index])
        case 16: return UInt32(line.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        case 32: return line.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
        case 24:
            // In the machine's order too.
            return UInt32(line[3 * index]) | UInt32(line[3 * index + 1]) << 8 | UInt32(line[3 * index + 2]) << 16
        default:
            let (first, last) = (index * self.bits, (index + 1) * self.bits)
            var value: UInt64 = 0
            for byte in first / 8...(last - 1) / 8 { value = value << 8 | UInt64(line[byte]) }
            value >>= UInt64((8 - last % 8) % 8)
            return UInt32(truncatingIfNeeded: value & (1 << UInt64(self.bits) - 1))
        }
    }

    /// The sample as what it means.
    func value(_ line: UnsafeRawBufferPointer, _ index: Int) -> Double {
        switch (self.format, self.bits) {
        case (.float, 16): return Self.half(line.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        case (.float, 32): return Double(line.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
        case (.float, _): return line.loadUnaligned(fromByteOffset: 8 * index, as: Double.self)
        case (.signed, 8): return Double(Int8(bitPattern: line[index]))
        case (.signed, 16): return Double(line.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self))
        case (.signed, _): return Double(line.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))
        case (.unsigned, 64): return Double(line.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
        case (.unsigned, _): return Double(self.number(line, index))
        }
    }

    /// IEEE 754 binary16, which Swift has not on every machine.
    private static func half(_ bits: UInt16) -> Double {
        let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Double(bits & 0x3FF))
        let magnitude: Double
        switch exponent {
        case 0: magnitude = fraction * 0x1p-24
        case 31: magnitude = fraction == 0 ? .infinity : .nan
        default: magnitude = scalbn(1 + fraction / 1024, Int32(exponent) - 15)
        }
        return bits >> 15 == 0 ? magnitude : -magnitude
    }
}
