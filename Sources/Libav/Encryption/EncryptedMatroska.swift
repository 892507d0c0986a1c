import MediaCore

/// Whether tracks of a Matroska or WebM file are encrypted: their `ContentEncryption` (RFC 9559 section 5.1.4.1.31, WebM Encryption).
///
/// FFmpeg tells it only where there is a key's name and no other encoding beside it.
enum EncryptedMatroska {
    private static let maximumTracksBytes: Int64 = 1 << 20
    private static let maximumElements = 1000

    /// True where pictures are encrypted, false where it is sound alone; nil where nothing is, or nothing can be read.
    static func hasPictures(_ source: some ByteSource) -> Bool? {
        guard let tracks = self.tracks(source) else { return nil }
        var found: Bool?
        for track in self.elements(tracks[...]) where track.id == 0xAE {
            let fields = self.elements(track.content)
            guard self.isEncrypted(fields) else { continue }
            let kind = fields.first { $0.id == 0x83 }?.content.last
            found = found == true || kind == 1
        }
        return found
    }

    private static func isEncrypted(_ track: [Element]) -> Bool {
        let encodings = track.filter { $0.id == 0x6D80 }.flatMap { self.elements($0.content) }
        return encodings.contains { encoding in
            guard encoding.id == 0x6240 else { return false }
            let fields = self.elements(encoding.content)
            // A type that is not said is compression.
            return fields.contains { $0.id == 0x5035 } || fields.contains { $0.id == 0x5033 && $0.content.last == 1 }
        }
    }

    /// The content of `Tracks`; it comes before the first cluster.
    private static func tracks(_ source: some ByteSource) -> [UInt8]? {
        var offset: Int64 = 0
        for _ in 0..<self.maximumElements {
            guard let head = try? source.bytes(at: offset, count: 12), let element = self.header(head[...]) else {
                return nil
            }
            let content = offset + Int64(element.headBytes)
            switch element.id {
            // The segment: what is in it comes next.
            case 0x1853_8067: offset = content
            case 0x1654_AE6B:
                guard let size = element.size, size <= self.maximumTracksBytes else { return nil }
                return try? source.bytes(at: content, count: Int(size))
            case 0x1F43_B675: return nil
            default:
                guard let size = element.size, size < source.length else { return nil }
                offset = content + size
            }
        }
        return nil
    }

    private struct Element {
        var id: UInt32
        var content: ArraySlice<UInt8>
    }

    private static func elements(_ bytes: ArraySlice<UInt8>) -> [Element] {
        var rest = bytes
        var elements: [Element] = []
        while elements.count < self.maximumElements, let head = self.header(rest), let size = head.size {
            let content = rest.dropFirst(head.headBytes)
            guard size <= Int64(content.count) else { break }
            elements.append(Element(id: head.id, content: content.prefix(Int(size))))
            rest = content.dropFirst(Int(size))
        }
        return elements
    }

    /// A name and a size (RFC 8794 sections 4 and 5); no size where it is unknown.
    private static func header(_ bytes: ArraySlice<UInt8>) -> (id: UInt32, size: Int64?, headBytes: Int)? {
        guard let first = bytes.first, first >= 0x10 else { return nil }
        let idBytes = first.leadingZeroBitCount + 1
        let rest = bytes.dropFirst(idBytes)
        guard let sizeFirst = rest.first, sizeFirst > 0 else { return nil }
        let sizeBytes = sizeFirst.leadingZeroBitCount + 1
        guard rest.count >= sizeBytes else { return nil }
        let id = bytes.prefix(idBytes).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let mask = UInt64(1) << UInt64(7 * sizeBytes) - 1
        let size = rest.prefix(sizeBytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & mask
        return (id, size == mask ? nil : Int64(size), idBytes + sizeBytes)
    }
}
