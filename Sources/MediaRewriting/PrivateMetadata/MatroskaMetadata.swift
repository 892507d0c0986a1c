import IsoMedia
import MediaCore
import SystemPackage

/// WebM and Matroska: elements (RFC 9559, RFC 8794).
///
/// Everything keeps its place and its length, because cues are offsets: what goes becomes a Void element of the same size. Go: when
/// and with what it was made, all tags but those that people choose by and those that tell lengths, attachments but fonts and
/// covers, what lies in Void elements and behind the end.
struct MatroskaMetadata {
    private(set) var changes: [MovieBlanking.Change] = []
    /// Where the new file ends.
    private(set) var end: Int64
    private let source: DescriptorSource

    private struct Element {
        var id: UInt32
        var start: Int64
        var content: Int64
        /// Nil where it reaches to the next of its kind.
        var end: Int64?
    }

    private static let segment: UInt32 = 0x1853_8067
    private static let cluster: UInt32 = 0x1F43_B675
    private static let maximumElements = 5_000_000

    /// - Throws: ``MetadataFault`` where the file cannot be followed to its end.
    init(_ source: DescriptorSource) throws(MetadataFault) {
        self.source = source
        self.end = source.length
        guard let head = try self.element(at: 0, limit: source.length), head.id == 0x1A45_DFA3, let body = head.end,
            let segment = try self.element(at: body, limit: source.length), segment.id == Self.segment
        else { throw MetadataFault("no segment") }
        let limit = segment.end ?? source.length
        self.end = min(limit, source.length)
        var position = segment.content
        var count = 0
        while position < self.end, let element = try self.element(at: position, limit: self.end) {
            count += 1
            guard count < Self.maximumElements else { throw MetadataFault("too many elements") }
            guard let end = element.end else {
                guard element.id == Self.cluster else { throw MetadataFault("an element without a length") }
                // Of a live recording: its blocks follow, up to the next child of the segment.
                position = element.content
                continue
            }
            switch element.id {
            case 0x1549_A966: try self.forgetOrigin(element)
            case 0x1254_C367: try self.filterTags(in: element, depth: 0)
            case 0x1941_A469: try self.filterAttachments(in: element)
            case 0xEC: self.changes.append(.zeros(element.content..<min(end, self.end)))
            default: break
            }
            position = end
        }
        self.changes.removeAll { $0.range.isEmpty }
    }

    /// Date, names of files, and the programs that made it, whose elements must be there.
    private mutating func forgetOrigin(_ information: Element) throws(MetadataFault) {
        for child in try self.children(of: information) {
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

    private mutating func filterTags(in element: Element, depth: Int) throws(MetadataFault) {
        guard depth < 8 else { return self.blank(element) }
        for child in try self.children(of: element) {
            switch child.id {
            case 0x7373: try self.filterTags(in: child, depth: depth + 1)
            case 0x67C8:
                let names = try self.children(of: child).filter { $0.id == 0x45A3 }
                let name = try names.first.map { name throws(MetadataFault) in try self.text(of: name) } ?? ""
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

    private mutating func filterAttachments(in element: Element) throws(MetadataFault) {
        for child in try self.children(of: element) {
            if child.id == 0xBF { self.blank(child) }
            guard child.id == 0x61A7 else { continue }
            let types = try self.children(of: child).filter { $0.id == 0x4660 }
            let type = try types.first.map { type throws(MetadataFault) in try self.text(of: type) } ?? ""
            let isNeeded = [
                "image/", "font/", "application/x-truetype", "application/x-font", "application/vnd.ms-open",
            ]
            .contains { type.hasPrefix($0) }
            if !isNeeded { self.blank(child) }
        }
    }

    // MARK: Elements

    private func children(of parent: Element) throws(MetadataFault) -> [Element] {
        guard let end = parent.end else { throw MetadataFault("an element without a length") }
        var children: [Element] = []
        var position = parent.content
        while position < end, let child = try self.element(at: position, limit: end) {
            guard let next = child.end, children.count < 100_000 else { throw MetadataFault("an element's children") }
            children.append(child)
            position = next
        }
        return children
    }

    private func text(of element: Element) throws(MetadataFault) -> String {
        let count = Int(min((element.end ?? element.content) - element.content, 256))
        let bytes = try self.read(element.content, count)
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private func element(at position: Int64, limit: Int64) throws(MetadataFault) -> Element? {
        let bytes = try self.read(position, Int(min(12, limit - position)))
        guard let first = bytes.first, first != 0 else { return nil }
        let idLength = first.leadingZeroBitCount + 1
        guard idLength <= 4, bytes.count > idLength else { throw MetadataFault("an element") }
        let id = bytes[..<idLength].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let sizeLength = bytes[idLength].leadingZeroBitCount + 1
        guard sizeLength <= 8, bytes.count >= idLength + sizeLength else { throw MetadataFault("an element's length") }
        var size = Int64(bytes[idLength] & UInt8((1 << (8 - sizeLength)) - 1))
        for byte in bytes[idLength + 1..<idLength + sizeLength] { size = size << 8 | Int64(byte) }
        let content = position + Int64(idLength + sizeLength)
        let isUnknown = size == Int64(1) << Int64(7 * sizeLength) - 1
        let end: Int64? = isUnknown ? nil : min(content + size, max(limit, content))
        return Element(id: id, start: position, content: content, end: end)
    }

    private func read(_ position: Int64, _ count: Int) throws(MetadataFault) -> [UInt8] {
        do throws(Errno) {
            return try self.source.bytes(at: position, count: count)
        } catch {
            throw MetadataFault("\(error)")
        }
    }

    /// A Void element of the same length in its place.
    private mutating func blank(_ element: Element) {
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
        // What was planned for the inside of it is part of this now.
        self.changes.removeAll { $0.range.lowerBound >= element.start && $0.range.upperBound <= end }
        self.changes.append(.bytes(head, at: element.start))
        self.changes.append(.zeros(element.start + Int64(head.count)..<end))
    }
}
