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

    /// More are not taken: the answer of a worker is bounded.
    package static let maximumPieces = 1000

    /// A file of these pieces; nothing is checked.
    package init(pieces: [Piece]) { self.pieces = pieces }

    /// A range of bytes of one of the two origins.
    package struct Piece: Hashable, Sendable {
        /// Which file the bytes are in.
        package var origin: Origin
        /// In bytes, from the beginning of its origin.
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
    }

    /// The new file's size in bytes; for a splice that ``fits(source:written:)``.
    package var count: Int64 { self.pieces.reduce(0) { $0 + $1.count } }

    /// True where every piece lies inside its origin, and the new file is no longer than both together: what a sound worker
    /// says.
    /// - Parameters:
    ///   - source: size of the old file in bytes.
    ///   - written: size of what was written in bytes.
    package func fits(source: Int64, written: Int64) -> Bool {
        guard (1...Self.maximumPieces).contains(self.pieces.count) else { return false }
        var left: [Origin: Int64] = [.source: source, .written: written]
        for piece in self.pieces {
            let size = piece.origin == .source ? source : written
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
