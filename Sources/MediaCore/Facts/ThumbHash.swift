/// A picture in a few dozen bytes, for showing something in its place while it loads.
///
/// The bytes are those of Evan Wallace's ThumbHash, which any of its decoders takes: https://evanw.github.io/thumbhash/
package struct ThumbHash: Hashable, Sendable, Codable {
    /// The hash itself: ``allowedLengths`` bytes.
    package let bytes: [UInt8]

    /// The shortest and the longest hash: 5 bytes of header and averages, a byte more with alpha, and at most 38 coefficients
    /// of 4 bits.
    package static let allowedLengths = 5...25

    /// Nil when there are too few or too many bytes for a hash.
    package init?(bytes: [UInt8]) {
        guard Self.allowedLengths.contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = ThumbHash(bytes: try container.decode([UInt8].self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a ThumbHash has 5 to 25 bytes")
        }
        self = hash
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.bytes)
    }
}
