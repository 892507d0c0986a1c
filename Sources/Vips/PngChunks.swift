import IsoMedia

/// The chunks of a PNG, one after the other, as far as they are whole (PNG, third edition, section 5.3).
struct PngChunks: Sequence, IteratorProtocol {
    struct Chunk {
        var type: FourCC
        var content: Range<Int>
    }

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private let bytes: UnsafeRawBufferPointer
    private var offset: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        self.offset = bytes.starts(with: Self.signature) ? Self.signature.count : bytes.count
    }

    mutating func next() -> Chunk? {
        guard self.bytes.count - self.offset >= 12 else { return nil }
        func number(_ offset: Int) -> UInt32 { (0..<4).reduce(0) { $0 << 8 | UInt32(self.bytes[offset + $1]) } }
        let start = self.offset + 8
        let (length, type) = (Int(number(self.offset)), FourCC(rawValue: number(self.offset + 4)))
        guard length <= self.bytes.count - start - 4 else { return nil }
        self.offset = start + length + 4
        return Chunk(type: type, content: start..<start + length)
    }
}
