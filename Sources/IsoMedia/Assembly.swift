/// New bytes, and ranges of a source, that make a file when they are put one after the other.
///
/// So whoever parses untrusted bytes writes a few kilobytes, and whoever copies gigabytes parses nothing.
package struct Assembly: Hashable, Sendable {
    /// The new bytes.
    package var written: [UInt8]
    /// What the file consists of, in its order.
    package var pieces: [Piece]

    /// A consecutive part of the file, and where its bytes come from.
    package enum Piece: Hashable, Sendable {
        /// A range of ``Assembly/written``.
        case written(Range<Int>)
        /// A range of the source.
        case source(Range<Int64>)

        /// The length in bytes.
        package var count: Int64 {
            switch self {
            case .written(let range): Int64(range.count)
            case .source(let range): range.upperBound - range.lowerBound
            }
        }
    }

    /// An empty file.
    package init() { self.init(written: [], pieces: []) }

    package init(written: [UInt8], pieces: [Piece]) {
        self.written = written
        self.pieces = pieces
    }

    /// A file that is all new.
    package init(written: [UInt8]) { self.init(written: written, pieces: [.written(written.indices)]) }

    /// The length of the file.
    package var count: Int64 { self.pieces.reduce(0) { $0 + $1.count } }

    /// Adds new bytes.
    package mutating func append(_ bytes: [UInt8]) {
        let start = self.written.count
        self.written.append(contentsOf: bytes)
        self.pieces.append(.written(start..<self.written.count))
    }

    /// Adds a range of the source; joined to the piece before it where that ends there.
    package mutating func append(source range: Range<Int64>) {
        guard !range.isEmpty else { return }
        if case .source(let last)? = self.pieces.last, last.upperBound == range.lowerBound {
            self.pieces[self.pieces.count - 1] = .source(last.lowerBound..<range.upperBound)
        } else {
            self.pieces.append(.source(range))
        }
    }
}
