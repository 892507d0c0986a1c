/// A new file as pieces of an old one and of a few freshly written bytes, one behind the other.
///
/// A file of 100 bytes without its bytes 10 to 19, and with 4 new ones in their place:
///
///     Splice(pieces: [
///         Splice.Piece(.source, offset: 0, count: 10),
///         Splice.Piece(.written, offset: 0, count: 4),
///         Splice.Piece(.source, offset: 20, count: 80),
///     ])
///
/// So a worker that changes some bytes of a video writes those and no more: its limits on time and output hold, whatever the
/// video's size, and the copying and hashing is done by code that understands nothing of the bytes.
package struct Splice: Hashable, Sendable, Codable {
    /// From the beginning of the new file to its end.
    package var pieces: [Piece]

    /// More are not taken. An hour of a camera's telemetry has some 8,000, with one for each frame 400,000.
    package static let maximumPieces = 1_000_000
    /// More do not fit into a message of a worker: they go into a ``table`` behind what it wrote.
    package static let maximumPiecesInMessage = 1000

    /// A file of these pieces; nothing is checked.
    package init(pieces: [Piece]) { self.pieces = pieces }

    /// A range of bytes of one of the two origins.
    package struct Piece: Hashable, Sendable {
        /// Which file the bytes are in.
        package var origin: Origin
        /// In bytes, from the beginning of its origin; 0 for zeros.
        package var offset: Int64
        /// In bytes, at least 1.
        package var count: Int64

        /// A piece; nothing is checked.
        package init(_ origin: Origin, offset: Int64, count: Int64) {
            self.origin = origin
            self.offset = offset
            self.count = count
        }
    }

    /// Where the bytes of a piece are.
    package enum Origin: Int, Hashable, Sendable, Codable {
        /// The file that is rewritten.
        case source
        /// What was written for the purpose.
        case written
        /// Nowhere: they are all zero.
        case zeros
    }

    /// The new file's size in bytes; for a splice that ``fits(source:written:)``.
    package var count: Int64 { self.pieces.reduce(0) { $0 + $1.count } }

    /// True where every piece lies inside its origin, and the new file is no longer than twice the old one and what was written
    /// together: what a sound worker says.
    /// - Parameters:
    ///   - source: size of the old file in bytes.
    ///   - written: size of what was written in bytes.
    package func fits(source: Int64, written: Int64) -> Bool {
        guard (1...Self.maximumPieces).contains(self.pieces.count) else { return false }
        var left: [Origin: Int64] = [.source: source, .written: written, .zeros: source]
        for piece in self.pieces {
            let size = piece.origin == .written ? written : source
            guard piece.offset >= 0, piece.count >= 1, piece.count <= size, piece.offset <= size - piece.count,
                let rest = left[piece.origin], piece.count <= rest
            else { return false }
            left[piece.origin] = rest - piece.count
        }
        return true
    }
}

/// `[origin, offset, count]`: a thousand of them fit into one message.
extension Splice.Piece: Codable {
    package init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        self.origin = try container.decode(Splice.Origin.self)
        self.offset = try container.decode(Int64.self)
        self.count = try container.decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(self.origin)
        try container.encode(self.offset)
        try container.encode(self.count)
    }
}

extension Splice {
    /// Bytes of a piece in a ``table``.
    package static let tableEntryLength = 17

    /// The pieces as bytes: of each the origin, then offset and count in eight bytes, the most significant first.
    package var table: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.pieces.count * Self.tableEntryLength)
        for piece in self.pieces {
            bytes.append(UInt8(truncatingIfNeeded: piece.origin.rawValue))
            for value in [piece.offset, piece.count] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
                }
            }
        }
        return bytes
    }

    /// - Returns: nil for what is no ``table``.
    package init?(table bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count % Self.tableEntryLength == 0 else { return nil }
        self.pieces = []
        for start in stride(from: 0, to: bytes.count, by: Self.tableEntryLength) {
            guard let origin = Origin(rawValue: Int(bytes[start])) else { return nil }
            let values = [start + 1, start + 9].map { first in
                bytes[first..<first + 8].reduce(Int64(0)) { $0 << 8 | Int64($1) }
            }
            self.pieces.append(Piece(origin, offset: values[0], count: values[1]))
        }
    }
}
