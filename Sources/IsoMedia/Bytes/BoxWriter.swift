/// Puts boxes together.
package struct BoxWriter {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []

    /// A writer that has written nothing.
    package init() {}

    /// Appends one byte.
    package mutating func u8(_ value: UInt8) { self.bytes.append(value) }

    /// Appends two bytes, the most significant first.
    package mutating func u16(_ value: UInt16) { self.big(UInt64(value), width: 2) }

    /// Appends four bytes, the most significant first.
    package mutating func u32(_ value: UInt32) { self.big(UInt64(value), width: 4) }

    /// Appends eight bytes, the most significant first.
    package mutating func u64(_ value: UInt64) { self.big(value, width: 8) }

    /// Appends the four bytes of a code.
    package mutating func fourCC(_ value: FourCC) { self.u32(value.rawValue) }

    /// Appends `count` bytes that are zero.
    package mutating func zeros(_ count: Int) { self.bytes.append(contentsOf: repeatElement(0, count: count)) }

    /// Appends bytes as they are.
    package mutating func append(_ bytes: some Sequence<UInt8>) { self.bytes.append(contentsOf: bytes) }

    /// A box, whose size is filled in when its content is known.
    package mutating func box(_ type: FourCC, _ content: (inout BoxWriter) -> Void) {
        let start = self.bytes.count
        self.u32(0)
        self.fourCC(type)
        content(&self)
        self.replace(at: start, with: UInt32(clamping: self.bytes.count - start))
    }

    /// A full box (ISO/IEC 14496-12 section 4.2): with version and flags.
    package mutating func fullBox(
        _ type: FourCC,
        version: UInt8 = 0,
        flags: UInt32 = 0,
        _ content: (inout BoxWriter) -> Void
    ) {
        self.box(type) { writer in
            writer.u32(UInt32(version) << 24 | flags)
            content(&writer)
        }
    }

    /// Overwrites four bytes.
    package mutating func replace(at offset: Int, with value: UInt32) {
        for index in 0..<4 { self.bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
    }

    private mutating func big(_ value: UInt64, width: Int) {
        for index in 0..<width {
            self.bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (width - 1 - index))))
        }
    }
}
