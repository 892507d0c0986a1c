/// A 32-bit CRC with reflected bits, eight bytes at a time ("slicing-by-8", M. Kounavis and F. Berry, "A Systematic Approach to
/// Building High Performance Software-based CRC Generators", 2005).
struct CyclicRedundancyCheck: Sendable {
    private let tables: [UInt32]
    private var register: UInt32 = 0xFFFF_FFFF

    struct Polynomial: Sendable {
        /// Eight tables of 256 entries: table k has the effect of a byte that k zero bytes follow.
        fileprivate let tables: [UInt32]

        /// - Parameter reflected: the polynomial, lowest power in the highest bit.
        private init(reflected: UInt32) {
            var tables = [UInt32](repeating: 0, count: 8 * 256)
            for byte in 0..<256 {
                var value = UInt32(byte)
                for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ reflected : value >> 1 }
                tables[byte] = value
            }
            for index in 256..<8 * 256 {
                let previous = tables[index - 256]
                tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
            }
            self.tables = tables
        }

        /// ISO 3309, as in gzip (RFC 1952 section 8) and zip.
        static let crc32 = Polynomial(reflected: 0xEDB8_8320)
        /// Castagnoli, as in iSCSI (RFC 3720 section 12.1).
        static let crc32c = Polynomial(reflected: 0x82F6_3B78)
    }

    init(_ polynomial: Polynomial) { self.tables = polynomial.tables }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        self.register = self.tables.withUnsafeBufferPointer { tables in
            var register = self.register
            var index = 0
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let mixed = word ^ UInt64(register)
                register = 0
                for position in 0..<8 {
                    let byte = Int(truncatingIfNeeded: mixed >> (8 * UInt64(position)) & 0xFF)
                    register ^= tables[(7 - position) * 256 + byte]
                }
                index += 8
            }
            while index < bytes.count {
                register = register >> 8 ^ tables[Int((register ^ UInt32(bytes[index])) & 0xFF)]
                index += 1
            }
            return register
        }
    }

    /// Four bytes in network byte order.
    var bytes: [UInt8] {
        let value = ~self.register
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
