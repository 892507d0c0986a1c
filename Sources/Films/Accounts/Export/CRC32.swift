/// The checksum of ZIP archives (APPNOTE.TXT section 4.4.7; ISO 3309, polynomial 0xEDB88320 reflected), eight bytes at a time.
struct CRC32: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    /// Of all bytes so far.
    var value: UInt32 { ~self.state }

    mutating func update(_ bytes: some Sequence<UInt8>) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { self.update(UnsafeRawBufferPointer($0)) }
        if isDone == nil { Array(bytes).withUnsafeBytes { self.update($0) } }
    }

    private mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var state = self.state
        Self.tables.withUnsafeBufferPointer { tables in
            var index = 0
            while index + 8 <= bytes.count {
                let word =
                    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ UInt64(state)
                var next: UInt32 = 0
                for slice in 0..<8 {
                    next ^= tables[(7 - slice) << 8 | Int(UInt8(truncatingIfNeeded: word >> (8 * UInt64(slice))))]
                }
                state = next
                index += 8
            }
            for byte in bytes[index...] { state = state >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: state) ^ byte)] }
        }
        self.state = state
    }

    /// Eight tables of 256, one behind the other.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = []
        for index in 0..<UInt32(256) {
            var value = index
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
            tables.append(value)
        }
        for index in 256..<2048 {
            let before: UInt32 = tables[index - 256]
            tables.append((before >> 8) ^ tables[Int(before & 0xFF)])
        }
        return tables
    }()
}
