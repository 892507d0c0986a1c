import IsoMedia
import MediaCore

/// WebM and Matroska: elements (RFC 9559, RFC 8794).
///
/// Everything keeps its place and its length, because cues are offsets: what goes becomes a Void element of the same size. Go: when
/// and with what it was made, all tags but those that people choose by and those that tell lengths, attachments but fonts and
/// covers, tracks that are neither picture, sound nor subtitles, subtitles in which somebody writes where he is, what lies in Void
/// elements, between the elements and behind the end.
struct MatroskaMetadata {
    private(set) var changes: [MovieBlanking.Change] = []
    /// Where pictures lie that stay, with private data of their own. None of the changes is in them.
    private(set) var pictures: [Range<Int64>] = []
    /// Where the new file ends.
    private(set) var end: Int64
    private let source: any ByteSource
    private var tracks: [MatroskaTracks] = []

    private static let segment: UInt32 = 0x1853_8067
    private static let cluster: UInt32 = 0x1F43_B675
    private static let maximumElements = 5_000_000

    /// - Throws: ``MetadataFault`` where the file cannot be followed to its end.
    init(_ source: any ByteSource) throws(MetadataFault) {
        self.source = source
        self.end = source.length
        guard let head = try MatroskaElement(at: 0, limit: source.length, of: source), head.id == 0x1A45_DFA3,
            let body = head.end, let segment = try MatroskaElement(at: body, limit: source.length, of: source),
            segment.id == Self.segment
        else { throw MetadataFault("no segment") }
        self.end = min(segment.end ?? source.length, source.length)
        try self.forEachElement(from: segment.content) { (metadata, element) throws(MetadataFault) in
            switch element.id {
            case 0x1549_A966: try metadata.forgetOrigin(element)
            case 0x1254_C367: try metadata.filterTags(in: element, depth: 0)
            case 0x1941_A469: try metadata.filterAttachments(in: element)
            case 0x1654_AE6B: metadata.tracks.append(try MatroskaTracks(element, of: source))
            // A second file behind a segment without a length.
            case 0x1A45_DFA3, Self.segment: throw MetadataFault("several segments")
            case 0xEC: metadata.changes.append(.zeros(element.content..<(element.end ?? element.content)))
            default: break
            }
        }
        try self.removeTracks(from: segment.content)
        self.changes.removeAll { $0.range.isEmpty }
        self.changes = Self.outermost(self.changes)
    }

    /// The children of the segment; of a cluster without a length, as live recordings have it, also what is in that.
    private mutating func forEachElement(
        from start: Int64,
        _ body: (inout MatroskaMetadata, MatroskaElement) throws(MetadataFault) -> Void
    ) throws(MetadataFault) {
        var position = start
        var count = 0
        while position < self.end {
            count += 1
            guard count < Self.maximumElements else { throw MetadataFault("too many elements") }
            guard let element = try MatroskaElement(at: position, limit: self.end, of: self.source) else {
                // Of a recording that broke off, or was repaired.
                let next = try self.nextElement(behind: position) ?? self.end
                self.changes.append(.zeros(position..<next))
                position = next
                continue
            }
            if element.end == nil, element.id != Self.cluster { throw MetadataFault("an element without a length") }
            try body(&self, element)
            position = element.end ?? element.content
        }
    }

    /// The children of the segment that have four bytes of a name.
    private static let names: [[UInt8]] = [
        0x1F43_B675, 0x1254_C367, 0x1941_A469, 0x1C53_BB6B, 0x1043_A770, 0x1549_A966, 0x1654_AE6B, 0x114D_9B74,
    ].map { (id: UInt32) in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: id >> $0) } }

    private func nextElement(behind start: Int64) throws(MetadataFault) -> Int64? {
        var position = start + 1
        while position < self.end {
            let bytes = try self.source.metadata(at: position, count: Int(min(1 << 16, self.end - position)))
            let found = Self.names.compactMap { bytes.firstRange(of: $0)?.lowerBound }.min()
            if let found { return position + Int64(found) }
            guard bytes.count == 1 << 16 else { return nil }
            position += Int64(bytes.count - 3)
        }
        return nil
    }

    // MARK: Tracks

    private mutating func removeTracks(from start: Int64) throws(MetadataFault) {
        for tracks in self.tracks { for entry in tracks.entries { self.blank(entry) } }
        let gone = self.tracks.reduce(into: Set()) { $0.formUnion($1.gone) }
        let texts = self.tracks.reduce(into: Set()) { $0.formUnion($1.texts) }.subtracting(gone)
        let wanted = gone.union(texts)
        guard !wanted.isEmpty else { return }
        var blocks = MatroskaBlocks()
        let (source, end) = (self.source, self.end)
        try self.forEachElement(from: start) { (_, element) throws(MetadataFault) in
            if element.id == Self.cluster {
                guard element.end != nil else { return }
                guard let children = try? element.children(of: source) else {
                    // One that was cut off at the end of the file. Elsewhere nobody would know what stays in it.
                    guard element.end ?? end >= end else { throw MetadataFault("a cluster that cannot be followed") }
                    return
                }
                for child in children { try blocks.add(child, of: wanted, in: source) }
            } else {
                try blocks.add(element, of: wanted, in: source)
            }
        }
        for track in wanted {
            if !gone.contains(track) {
                guard try blocks.isTelemetry(track, in: source) else { continue }
            }
            for element in blocks.elements(of: track) { self.blank(element) }
            for element in blocks.checksums { self.blank(element) }
        }
    }

    // MARK: Metadata

    /// Date, names of files, and the programs that made it, whose elements must be there.
    private mutating func forgetOrigin(_ information: MatroskaElement) throws(MetadataFault) {
        for child in try information.children(of: self.source) {
            switch child.id {
            case 0x4461, 0x7384, 0x3C83AB, 0x3E83BB, 0xBF: self.blank(child)
            case 0x4D80, 0x5741, 0xEC: self.changes.append(.zeros(child.content..<(child.end ?? child.content)))
            default: break
            }
        }
    }

    private static let tags: Set<String> = [
        "TITLE", "ARTIST", "ALBUM", "ALBUM_ARTIST", "COMPOSER", "PERFORMER", "GENRE", "PART_NUMBER", "TOTAL_PARTS",
        "TRACK", "DISC", "DURATION", "LANGUAGE", "REPLAYGAIN_GAIN", "REPLAYGAIN_PEAK",
    ]

    private mutating func filterTags(in element: MatroskaElement, depth: Int) throws(MetadataFault) {
        guard depth < 8 else { return self.blank(element) }
        for child in try element.children(of: self.source) {
            switch child.id {
            case 0x7373: try self.filterTags(in: child, depth: depth + 1)
            case 0x67C8:
                let name = try self.text(of: 0x45A3, among: try child.children(of: self.source))
                let isCounted = ["BPS", "NUMBER_OF_", "_STATISTICS_TAGS"].contains { name.hasPrefix($0) }
                if Self.tags.contains(name.uppercased()) || isCounted {
                    // Tags in it tell more of it.
                    try self.filterTags(in: child, depth: depth + 1)
                } else {
                    self.blank(child)
                }
            // Checksums, which would be wrong then.
            case 0xBF: self.blank(child)
            case 0xEC: self.changes.append(.zeros(child.content..<(child.end ?? child.content)))
            default: break
            }
        }
    }

    private mutating func filterAttachments(in element: MatroskaElement) throws(MetadataFault) {
        for child in try element.children(of: self.source) {
            if child.id == 0xBF { self.blank(child) }
            if child.id == 0xEC { self.changes.append(.zeros(child.content..<(child.end ?? child.content))) }
            guard child.id == 0x61A7 else { continue }
            let parts = try child.children(of: self.source)
            let type = try self.text(of: 0x4660, among: parts)
            let isNeeded = ["font/", "application/x-truetype", "application/x-font", "application/vnd.ms-open"]
                .contains { type.hasPrefix($0) }
            if type.hasPrefix("image/") {
                self.pictures += parts.filter { $0.id == 0x465C }.map { $0.content..<($0.end ?? $0.content) }
            } else if !isNeeded {
                self.blank(child)
                continue
            }
            // What it is told to be.
            for part in parts where part.id == 0x467E { self.blank(part) }
        }
    }

    private func text(of id: UInt32, among elements: [MatroskaElement]) throws(MetadataFault) -> String {
        guard let element = elements.first(where: { $0.id == id }) else { return "" }
        return try element.text(of: self.source)
    }

    /// A Void element of the same length in its place.
    private mutating func blank(_ element: MatroskaElement) {
        guard let end = element.end else { return }
        let length = end - element.start
        var head: [UInt8] = [0xEC]
        if length < 9 {
            head.append(0x80 | UInt8(truncatingIfNeeded: length - 2))
        } else {
            head.append(0x01)
            for shift in stride(from: 48, through: 0, by: -8) {
                head.append(UInt8(truncatingIfNeeded: (length - 9) >> Int64(shift)))
            }
        }
        self.changes.append(.bytes(head, at: element.start))
        self.changes.append(.zeros(element.start + Int64(head.count)..<end))
    }

    /// Without those that are inside of others: what an element was to become does not matter when its parent goes.
    private static func outermost(_ changes: [MovieBlanking.Change]) -> [MovieBlanking.Change] {
        var end: Int64 = 0
        return changes.sorted {
            ($0.range.lowerBound, -$0.range.upperBound) < ($1.range.lowerBound, -$1.range.upperBound)
        }
        .filter { change in
            guard change.range.lowerBound >= end else { return false }
            end = change.range.upperBound
            return true
        }
    }
}
