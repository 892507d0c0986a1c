import IsoMedia
import MediaCore
import SystemPackage

/// Ogg: pages of logical streams, also of several beside and behind each other (RFC 3533).
///
/// Every page keeps its place, its length and its number: of comments those stay that listeners choose by, and the cover; zeros fill
/// the packet up, which all mappings allow. Pages that change get a new checksum. Streams of unknown kinds, and bytes between pages,
/// become zeros; what lies behind the last page is cut off.
struct OggMetadata {
    private(set) var changes: [MovieBlanking.Change] = []
    /// Where the new file ends.
    private(set) var end: Int64 = 0

    private let source: any ByteSource
    private var streams: [UInt32: Stream] = [:]
    /// What changes, by the beginning of its page.
    private var edits: [Int64: [Edit]] = [:]
    private var pages: [Int64: Range<Int64>] = [:]
    private var kept = 0

    private struct Stream {
        var headers = OggHeaders()
        /// Of the packet that has begun.
        var pieces: [(page: Range<Int64>, range: Range<Int64>)] = []
        var length = 0
    }

    private struct Edit {
        var range: Range<Int64>
        /// Nil for zeros.
        var bytes: [UInt8]?
    }

    private static let maximumStreams = 100_000
    private static let maximumChangedPages = 150_000
    /// Of all comments that stay; a worker may write a little more.
    private static let maximumKept = 48 << 20

    /// - Throws: ``MetadataFault`` where the file cannot be followed.
    init(_ source: any ByteSource) throws(MetadataFault) {
        self.source = source
        var position: Int64 = 0
        while position < source.length {
            guard let page = OggPage(try source.metadata(at: position, count: 282), at: position) else {
                let next = try self.nextPage(behind: position)
                if let next { self.changes.append(.zeros(position..<next)) }
                position = next ?? source.length
                continue
            }
            try self.add(page)
            position = page.range.upperBound
            self.end = min(position, source.length)
        }
        guard !self.streams.isEmpty else { throw MetadataFault("no pages") }
        for stream in self.streams.values where stream.headers.isOpen { throw MetadataFault("a stream without media") }
        for page in self.pages.values { try self.finish(page) }
        self.changes.removeAll { $0.range.isEmpty || $0.range.lowerBound >= self.end }
        self.changes.sort { $0.range.lowerBound < $1.range.lowerBound }
    }

    private mutating func add(_ page: OggPage) throws(MetadataFault) {
        var stream = Stream()
        // Of a stream without its beginning no decoder can make anything.
        let before = self.streams[page.serial]
        if !page.isFirst {
            stream = before ?? Stream(headers: .none)
        } else if before?.headers.isOpen == true {
            throw MetadataFault("a stream that begins twice")
        }
        defer { self.streams[page.serial] = stream }
        guard self.streams.count < Self.maximumStreams else { throw MetadataFault("too many streams") }
        if stream.headers.isOpen {
            guard page.range.upperBound <= self.source.length else { throw MetadataFault("a page without its end") }
            guard page.isContinued == !stream.pieces.isEmpty || page.packets.isEmpty else {
                throw MetadataFault("a packet without its end")
            }
        }
        for packet in page.packets where stream.headers.isOpen {
            stream.pieces.append((page.range, packet.range))
            stream.length += Int(packet.range.upperBound - packet.range.lowerBound)
            guard packet.isEnd else { continue }
            try self.look(into: &stream)
            stream.pieces = []
            stream.length = 0
        }
        guard stream.headers.isUnknown else { return }
        for packet in page.packets { try self.change(page.range, Edit(range: packet.range, bytes: nil)) }
    }

    private mutating func look(into stream: inout Stream) throws(MetadataFault) {
        var packet: [UInt8] = []
        var left = min(stream.length, OggHeaders.maximumLength)
        for piece in stream.pieces where left > 0 {
            let count = min(left, Int(piece.range.upperBound - piece.range.lowerBound))
            packet += try self.source.metadata(at: piece.range.lowerBound, count: count)
            left -= count
        }
        guard let replacement = try stream.headers.replacement(for: packet) else { return }
        guard replacement.count <= stream.length else { throw MetadataFault("comments without their end") }
        var rest = replacement[...]
        for piece in stream.pieces {
            let bytes = Array(rest.prefix(Int(piece.range.upperBound - piece.range.lowerBound)))
            rest = rest.dropFirst(bytes.count)
            let middle = piece.range.lowerBound + Int64(bytes.count)
            try self.change(piece.page, Edit(range: piece.range.lowerBound..<middle, bytes: bytes))
            try self.change(piece.page, Edit(range: middle..<piece.range.upperBound, bytes: nil))
        }
    }

    private mutating func change(_ page: Range<Int64>, _ edit: Edit) throws(MetadataFault) {
        guard !edit.range.isEmpty else { return }
        self.kept += edit.bytes?.count ?? 0
        guard self.pages.count < Self.maximumChangedPages, self.kept <= Self.maximumKept else {
            throw MetadataFault("too many pages to change")
        }
        self.pages[page.lowerBound] = page
        self.edits[page.lowerBound, default: []].append(edit)
    }

    /// The changes of a page, and its checksum.
    private mutating func finish(_ page: Range<Int64>) throws(MetadataFault) {
        var bytes = try self.source.metadata(at: page.lowerBound, count: page.count)
        let old = bytes
        // Of a page that was cut off only zeros are written.
        let isWhole = bytes.count == page.count
        for edit in self.edits[page.lowerBound] ?? [] {
            let range = edit.range.clamped(to: page.lowerBound..<page.lowerBound + Int64(bytes.count))
            let start = Int(range.lowerBound - page.lowerBound)
            let new = edit.bytes ?? [UInt8](repeating: 0, count: range.count)
            guard new.count == range.count else { throw MetadataFault("a page without its end") }
            bytes.replaceSubrange(start..<start + new.count, with: new)
            self.changes.append(edit.bytes.map { .bytes($0, at: range.lowerBound) } ?? .zeros(range))
        }
        guard isWhole, bytes != old else { return }
        let field = OggPage.checksumOffset
        bytes.replaceSubrange(field..<field + 4, with: [0, 0, 0, 0])
        self.changes.append(.bytes(OggPage.checksum(of: bytes), at: page.lowerBound + Int64(field)))
    }

    /// Where the next page begins, behind bytes that belong to none; nil where there is none.
    private func nextPage(behind start: Int64) throws(MetadataFault) -> Int64? {
        var position = start + 1
        while true {
            let bytes = try self.source.metadata(at: position, count: 1 << 16)
            if let found = bytes.firstRange(of: Array("OggS\0".utf8)) { return position + Int64(found.lowerBound) }
            guard bytes.count == 1 << 16 else { return nil }
            position += Int64(bytes.count - 4)
        }
    }
}

extension ByteSource {
    /// Like `bytes(at:count:)`, with the failure as a fault.
    func metadata(at offset: Int64, count: Int) throws(MetadataFault) -> [UInt8] {
        do throws(Errno) {
            return try self.bytes(at: offset, count: count)
        } catch {
            throw MetadataFault("\(error)")
        }
    }
}
