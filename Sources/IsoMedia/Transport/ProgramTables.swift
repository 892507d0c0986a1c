/// What is in a transport stream (ISO/IEC 13818-1 section 2.4.4).
enum ProgramTables {
    static let map: UInt16 = 0x1000
    static let video: UInt16 = 0x100
    static let sound: UInt16 = 0x101

    /// Where the only program's map is.
    static var association: [UInt8] {
        self.section(table: 0, identifier: 1, [0, 1, 0xE0 | UInt8(self.map >> 8), UInt8(truncatingIfNeeded: self.map)])
    }

    /// - Parameter streams: each with its type (table 2-34).
    static func map(_ streams: [(identifier: UInt16, type: UInt8)]) -> [UInt8] {
        let clock = streams.first?.identifier ?? 0x1FFF
        var content = [0xE0 | UInt8(clock >> 8), UInt8(truncatingIfNeeded: clock), 0xF0, 0]
        for stream in streams {
            content += [
                stream.type, 0xE0 | UInt8(stream.identifier >> 8), UInt8(truncatingIfNeeded: stream.identifier), 0xF0,
                0,
            ]
        }
        return self.section(table: 2, identifier: 1, content)
    }

    private static func section(table: UInt8, identifier: UInt16, _ content: [UInt8]) -> [UInt8] {
        let length = content.count + 9
        var bytes =
            [
                table, 0xB0 | UInt8(length >> 8), UInt8(truncatingIfNeeded: length), UInt8(identifier >> 8),
                UInt8(truncatingIfNeeded: identifier), 0xC1, 0, 0,
            ] + content
        let check = Self.cyclicRedundancyCheck(bytes)
        bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: check >> $0) }
        return bytes
    }

    /// Annex A.
    private static func cyclicRedundancyCheck(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte) << 24
            for _ in 0..<8 { value = value & 0x8000_0000 == 0 ? value << 1 : value << 1 ^ 0x04C1_1DB7 }
        }
        return value
    }
}
