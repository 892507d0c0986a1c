/// Huffman codes of a JPEG (ISO/IEC 10918-1 annexes B.2.4.2 and C).
struct HuffmanTable {
    /// By the next 16 bits: the length of the code they begin with, in the upper byte, and its symbol; 0 where there is none.
    private let entries: [UInt16]

    /// Reads the tables of a `DHT` segment.
    /// - Throws: ``VipsFailure`` where it ends too early, or its codes do not fit.
    static func read(
        _ segment: UnsafeRawBufferPointer,
        into tables: inout [Int: HuffmanTable]
    ) throws(VipsFailure) {
        var rest = segment[...]
        while rest.count >= 17, let first = rest.first {
            let counts = rest.dropFirst().prefix(16).map { Int($0) }
            let symbols = rest.dropFirst(17).prefix(counts.reduce(0, +))
            guard symbols.count == counts.reduce(0, +), let table = HuffmanTable(counts, symbols.map { UInt16($0) })
            else {
                throw VipsFailure(operation: "lossless JPEG", text: "a Huffman table that is none")
            }
            tables[Int(first)] = table
            rest = rest.dropFirst(17 + symbols.count)
        }
    }

    private init?(_ counts: [Int], _ symbols: [UInt16]) {
        guard !symbols.isEmpty else { return nil }
        var entries = [UInt16](repeating: 0, count: 1 << 16)
        var (code, next) = (0, 0)
        for length in 1...16 {
            for _ in 0..<counts[length - 1] {
                let first = code << (16 - length)
                let last = first + (1 << (16 - length))
                guard last <= 1 << 16 else { return nil }
                for index in first..<last { entries[index] = UInt16(length) << 8 | symbols[next] }
                code += 1
                next += 1
            }
            code <<= 1
        }
        self.entries = entries
    }

    func entry(_ bits: UInt32) -> (length: Int, symbol: Int) {
        let entry = Int(self.entries[Int(bits & 0xFFFF)])
        return (entry >> 8, entry & 0xFF)
    }
}
