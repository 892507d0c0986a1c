import IsoMedia
import MediaCore
import SystemPackage

/// Puts a video together from its own bytes, a few new ones, and zeros. What is there already stays a piece of the source.
struct MovieSplice {
    private let source: DescriptorSource
    private var pieces: [Splice.Piece] = []
    private var position: Int64 = 0
    private(set) var written: [UInt8] = []

    init(_ source: DescriptorSource) { self.source = source }

    /// - Parameter change: behind all that were applied before.
    mutating func apply(_ change: MovieBlanking.Change) throws(MediaError) {
        let range = change.range
        guard try !self.isThere(change) else { return }
        self.keep(upTo: range.lowerBound)
        switch change {
        case .zeros: self.pieces.append(.init(.zeros, offset: 0, count: Int64(range.count)))
        case .bytes(let bytes, _):
            self.pieces.append(.init(.written, offset: Int64(self.written.count), count: Int64(bytes.count)))
            self.written += bytes
        }
        self.position = range.upperBound
    }

    /// Nil where nothing changes.
    mutating func splice(upTo end: Int64) -> Splice? {
        guard !self.pieces.isEmpty || end < self.source.length else { return nil }
        self.keep(upTo: end)
        return Splice(pieces: self.pieces)
    }

    private mutating func keep(upTo end: Int64) {
        guard end > self.position else { return }
        self.pieces.append(.init(.source, offset: self.position, count: end - self.position))
        self.position = end
    }

    /// Whether the file has these bytes: so a file that has been through once stays as it is.
    private func isThere(_ change: MovieBlanking.Change) throws(MediaError) -> Bool {
        let range = change.range
        var position = range.lowerBound
        while position < range.upperBound {
            let count = Int(min(range.upperBound - position, 1 << 16))
            let found: [UInt8]
            do throws(Errno) {
                found = try self.source.bytes(at: position, count: count)
            } catch {
                throw VideoRewriting.unreadable(error)
            }
            guard found.count == count else { return false }
            switch change {
            case .zeros: guard found.allSatisfy({ $0 == 0 }) else { return false }
            case .bytes(let bytes, let offset):
                let start = Int(position - offset)
                guard found.elementsEqual(bytes[start..<start + count]) else { return false }
            }
            position += Int64(count)
        }
        return true
    }
}
