import MediaCore

/// Puts a new file together, from its beginning to its end: stretches of the old one, and new bytes.
struct SpliceBuilder {
    private let source: ByteView
    private var pieces: [Splice.Piece] = []
    /// What the new file has and the old one has not.
    private(set) var written: [UInt8] = []

    init(_ source: ByteView) { self.source = source }

    /// Nil where the new file is the old one.
    var splice: Splice? {
        let whole = Splice.Piece(.source, offset: 0, count: Int64(self.source.count))
        return self.pieces == [whole] ? nil : Splice(pieces: self.pieces)
    }

    /// Goes on with bytes of the old file.
    mutating func keep(_ range: Range<Int>) {
        // Too many stretches for one answer: from here on they are copied.
        if self.pieces.count >= Splice.maximumPiecesInMessage - 1, !self.continues(.source, Int64(range.lowerBound)) {
            return self.insert(self.source.array(range))
        }
        self.add(.source, Int64(range.lowerBound), Int64(range.count))
    }

    /// Goes on with new bytes.
    mutating func insert(_ bytes: [UInt8]) {
        let offset = Int64(self.written.count)
        self.written += bytes
        self.add(.written, offset, Int64(bytes.count))
    }

    /// Goes on with new bytes in place of old ones, if they differ at all.
    mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
        if self.source.equals(bytes, at: range) { self.keep(range) } else { self.insert(bytes) }
    }

    private mutating func add(_ origin: Splice.Origin, _ offset: Int64, _ count: Int64) {
        guard count > 0 else { return }
        if self.continues(origin, offset) {
            self.pieces[self.pieces.count - 1].count += count
        } else {
            self.pieces.append(Splice.Piece(origin, offset: offset, count: count))
        }
    }

    private func continues(_ origin: Splice.Origin, _ offset: Int64) -> Bool {
        guard let last = self.pieces.last else { return false }
        return last.origin == origin && last.offset + last.count == offset
    }
}
