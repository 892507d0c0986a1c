import MediaCore

/// Scrambling of broadcasts and discs: two bits of each packet tell it (ISO/IEC 13818-1 sections 2.4.3.3, `transport_scrambling_control`, and
/// 2.4.3.7, `PES_scrambling_control`).
enum ScrambledPackets {
    private static let pieceBytes = 1 << 20
    /// A bad reception turns bits over: a packet here and there is not scrambled.
    private static let errors = 0.02

    /// Which part of a stream's packets is scrambled, of those at the beginning, in the middle and near the end of a transport stream.
    /// - Parameter identifier: the stream's PID.
    /// - Returns: nil where none is, or as few as errors make.
    static func share(in source: some ByteSource, of identifier: Int) -> Double? {
        self.share(in: source) { bytes, counts in
            guard let (start, distance) = self.grid(bytes) else { return }
            for packet in stride(from: start, to: bytes.count - 187, by: distance) where bytes[packet] == 0x47 {
                let pid = Int(bytes[packet + 1] & 0x1F) << 8 | Int(bytes[packet + 2])
                // With a payload, and not known to be damaged.
                guard pid == identifier, bytes[packet + 3] & 0x10 != 0, bytes[packet + 1] & 0x80 == 0 else { continue }
                if bytes[packet + 3] & 0xC0 != 0 {
                    counts.scrambled += 1
                    continue
                }
                let payload = packet + 4 + (bytes[packet + 3] & 0x20 != 0 ? 1 + Int(bytes[packet + 4]) : 0)
                let begins = bytes[packet + 1] & 0x40 != 0 && payload + 7 <= packet + 188
                if begins, self.isScrambled(bytes, at: payload) == true {
                    counts.scrambled += 1
                } else {
                    counts.clear += 1
                }
            }
        }
    }

    /// The same of the pictures in a program stream, as on discs.
    static func share(inProgramStream source: some ByteSource) -> Double? {
        self.share(in: source) { bytes, counts in
            for place in bytes.indices.dropLast(7) where bytes[place + 2] == 1 && bytes[place] == 0 {
                switch self.isScrambled(bytes, at: place) {
                case true?: counts.scrambled += 1
                case false?: counts.clear += 1
                case nil: break
                }
            }
        }
    }

    private static func share(
        in source: some ByteSource,
        _ count: ([UInt8], inout (scrambled: Int, clear: Int)) -> Void
    ) -> Double? {
        var counts = (scrambled: 0, clear: 0)
        let length = source.length
        for offset in Set([0, length / 2, length - Int64(self.pieceBytes)]).sorted() where offset >= 0 {
            if let bytes = try? source.bytes(at: offset, count: self.pieceBytes) { count(bytes, &counts) }
        }
        let share = Double(counts.scrambled) / Double(max(1, counts.scrambled + counts.clear))
        return share >= Self.errors ? share : nil
    }

    /// Of a packet of pictures in its long form; nil for anything else.
    private static func isScrambled(_ bytes: [UInt8], at place: Int) -> Bool? {
        guard bytes[place] == 0, bytes[place + 1] == 0, bytes[place + 2] == 1, bytes[place + 3] & 0xF0 == 0xE0,
            bytes[place + 6] & 0xC0 == 0x80
        else { return nil }
        return bytes[place + 6] & 0x30 != 0
    }

    /// Where the first packet begins, and how far it is to the next: three in a row.
    private static func grid(_ bytes: [UInt8]) -> (start: Int, distance: Int)? {
        for start in 0..<min(204, max(0, bytes.count - 412)) where bytes[start] == 0x47 {
            for distance in [188, 192, 204] where start + 2 * distance < bytes.count {
                if bytes[start + distance] == 0x47, bytes[start + 2 * distance] == 0x47 { return (start, distance) }
            }
        }
        return nil
    }
}
