/// Writes elements (RFC 8794).
enum EbmlWriter {
    /// An element around its content.
    static func element(_ id: UInt32, _ content: [UInt8]) -> [UInt8] {
        self.head(id, size: Int64(content.count)) + content
    }

    /// An element that holds a number, in as few bytes as it needs or in `width`.
    static func element(_ id: UInt32, _ number: UInt64, width: Int? = nil) -> [UInt8] {
        self.element(id, self.bytes(number, width: width ?? self.width(of: number)))
    }

    /// Name and size of an element, the size in as few bytes as it needs, or in eight: then its length is known before the size.
    static func head(_ id: UInt32, size: Int64, isWide: Bool = false) -> [UInt8] {
        self.bytes(UInt64(id), width: self.width(of: UInt64(id))) + self.size(size, isWide: isWide)
    }

    /// The length of a ``head(_:size:isWide:)`` that is wide, for a name of four bytes.
    static let wideHeadBytes: Int64 = 12

    /// How many bytes a number needs, at least 1.
    static func width(of number: UInt64) -> Int { max(1, (71 - number.leadingZeroBitCount) / 8) }

    private static func size(_ size: Int64, isWide: Bool) -> [UInt8] {
        // All bits set would be "unknown".
        let width = isWide ? 8 : (1...8).first { size < Int64(1) << Int64(7 * $0) - 1 } ?? 8
        return self.bytes(UInt64(size) | UInt64(1) << UInt64(7 * width), width: width)
    }

    private static func bytes(_ number: UInt64, width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (width - 1 - $0))) }
    }
}
