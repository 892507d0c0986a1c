/// Bits, the highest of each byte first.
struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next bits as a number; at most 32.
    mutating func read(_ count: Int) throws(IsoMediaFault) -> Int {
        guard self.position + count <= self.bytes.count * 8 else { throw .damaged("a configuration") }
        var value = 0
        for _ in 0..<count {
            value = value << 1 | Int(self.bytes[self.position / 8] >> (7 - self.position % 8) & 1)
            self.position += 1
        }
        return value
    }

    mutating func flag() throws(IsoMediaFault) -> Bool { try self.read(1) == 1 }

    mutating func skip(_ count: Int) throws(IsoMediaFault) {
        guard count >= 0, self.position + count <= self.bytes.count * 8 else { throw .damaged("a configuration") }
        self.position += count
    }

    /// `ue(v)` (ISO/IEC 23008-2 section 9.2), and `uvlc()` of AV1 section 4.10.3, which is the same.
    mutating func exponential() throws(IsoMediaFault) -> Int {
        var zeros = 0
        while try !self.flag() {
            zeros += 1
            guard zeros < 32 else { throw .damaged("a configuration") }
        }
        return (1 << zeros) - 1 + (try self.read(zeros))
    }
}
