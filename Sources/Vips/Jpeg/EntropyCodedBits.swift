/// The bits of a JPEG's scan, without the zeros that are stuffed behind each FF (ISO/IEC 10918-1 section F.1.2.3).
struct EntropyCodedBits {
    private let bytes: UnsafeRawBufferPointer
    /// The next byte; at the end, where the marker begins that ended the bits.
    private(set) var position: Int
    private var held: UInt64 = 0
    private var count = 0

    init(_ bytes: UnsafeRawBufferPointer, from position: Int) {
        (self.bytes, self.position) = (bytes, position)
    }

    /// The next 16 bits, without taking them; zeros where there are no more.
    mutating func peek() -> UInt32 {
        self.fill()
        return UInt32(
            truncatingIfNeeded: self.count >= 16
                ? self.held >> UInt64(self.count - 16) : self.held << UInt64(16 - self.count)
        )
            & 0xFFFF
    }

    /// Takes up to 16 bits.
    /// - Throws: ``VipsFailure`` where there are fewer.
    mutating func take(_ length: Int) throws(VipsFailure) -> Int {
        if self.count < length { self.fill() }
        guard length <= self.count else {
            throw VipsFailure(operation: "lossless JPEG", text: "the picture ends too early")
        }
        self.count -= length
        return Int(truncatingIfNeeded: self.held >> UInt64(self.count) & (1 << UInt64(length) - 1))
    }

    /// Forgets what is left of a byte and steps over a restart marker.
    mutating func restart() throws(VipsFailure) {
        (self.held, self.count) = (0, 0)
        // A marker may be preceded by any number of FF (section B.1.1.2).
        while self.position + 1 < self.bytes.count, self.bytes[self.position] == 0xFF,
            self.bytes[self.position + 1] == 0xFF
        {
            self.position += 1
        }
        guard self.position + 1 < self.bytes.count, self.bytes[self.position] == 0xFF,
            (0xD0...0xD7).contains(self.bytes[self.position + 1])
        else { throw VipsFailure(operation: "lossless JPEG", text: "no restart marker where one belongs") }
        self.position += 2
    }

    private mutating func fill() {
        while self.count <= 32, self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            if byte == 0xFF {
                // A marker ends them; it may be preceded by any number of FF.
                guard self.position + 1 < self.bytes.count, self.bytes[self.position + 1] == 0 else { return }
                self.position += 1
            }
            self.position += 1
            self.held = self.held << 8 | UInt64(byte)
            self.count += 8
        }
    }
}
