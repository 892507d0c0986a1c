/// One parameter or one cell, in the format in which it travels.
package struct PostgresValue: Hashable, Sendable {
    /// How `bytes` are to be read.
    package enum Format: Int32, Hashable, Sendable {
        /// The text that would stand in a literal, in UTF-8.
        case text = 0
        /// The type's own binary form, integers in network byte order.
        case binary = 1
    }

    /// The data type.
    package var type: PostgresType
    /// The format of `bytes`; cells always come in binary.
    package var format: Format
    /// The content; nil is SQL NULL.
    package var bytes: [UInt8]?

    /// A value with the given content.
    package init(type: PostgresType, format: Format = .binary, bytes: [UInt8]?) {
        self.type = type
        self.format = format
        self.bytes = bytes
    }

    /// The content, for decoders that have no use for NULL.
    ///
    /// - Throws: `.decoding` when the value is NULL.
    package func nonNull() throws -> [UInt8] {
        guard let bytes else {
            throw PostgresError(.decoding, "the value is NULL; decode it as an Optional")
        }
        return bytes
    }

    /// The error of a decoder that does not know the type.
    func mismatch<T>(_ wanted: T.Type) -> PostgresError {
        PostgresError(.decoding, "a value of \(type) cannot be read as \(wanted); cast the column in the statement")
    }

    /// The error of a decoder that knows the type but finds the wrong number of bytes or an impossible content.
    func malformed<T>(_ wanted: T.Type) -> PostgresError {
        PostgresError(.decoding, "a value of \(type) with \(bytes?.count ?? 0) bytes is malformed or outside \(wanted)")
    }
}

extension FixedWidthInteger {
    /// The bytes in network order.
    var networkBytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { Array($0) }
    }

    /// Reads exactly as many bytes as the type is wide, in network order; nil when there are more or fewer.
    init?(networkBytes bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bitWidth / 8 else { return nil }
        var value: Self = 0
        for byte in bytes {
            // Two steps, because shifting an 8-bit integer by 8 is an overshift (zero), which is what is wanted.
            value = (value << 8) | Self(truncatingIfNeeded: byte)
        }
        self = value
    }
}
