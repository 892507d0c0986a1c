import Crypto

/// Documents of any size to upload.
extension Samples {
    /// A plain text of exactly `size` bytes that nobody else sends: words of random letters, so that a byte in the wrong place
    /// shows.
    static func document(_ size: Int) -> [UInt8] {
        // Unique: no two samples of a run may have the same bytes, so no seed decides them.
        var generator = SystemRandomNumberGenerator()
        return document(size, using: &generator)
    }

    /// A plain text of exactly `size` bytes from the given randomness.
    ///
    /// Capital consonants: in small letters there is a word sooner or later that libmagic knows (`dnl` at the start of a line
    /// is m4).
    static func document(_ size: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = Array("Report \(generator.next())\n".utf8.prefix(size))
        bytes.reserveCapacity(size + 8)
        let consonants = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
        while bytes.count < size {
            var random = generator.next()
            for _ in 0..<8 {
                // One byte in 16 ends a word, one in 64 a line.
                let value = UInt8(truncatingIfNeeded: random)
                bytes.append(value < 4 ? 0x0A : value < 16 ? 0x20 : consonants[Int(value) % consonants.count])
                random >>= 8
            }
        }
        return Array(bytes.prefix(max(size - 1, 0))) + (size > 0 ? [0x0A] : [])
    }
}
