import IsoMedia
import MediaCore

/// Which tracks of a Matroska file are shown or heard, and which tell where somebody was.
struct MatroskaTracks {
    /// Neither picture, sound nor subtitles: their entries go, and their blocks.
    private(set) var gone: Set<UInt64> = []
    /// Subtitles in words, until it is known whether they are positions.
    private(set) var texts: Set<UInt64> = []
    /// The entries that go.
    private(set) var entries: [MatroskaElement] = []

    /// - Parameter tracks: the element `Tracks`.
    init(_ tracks: MatroskaElement, of source: any ByteSource) throws(MetadataFault) {
        let children = try tracks.children(of: source)
        for entry in children where entry.id == 0xAE {
            var (number, kind, codec) = (UInt64(0), UInt64(0), "")
            for child in try entry.children(of: source) {
                switch child.id {
                case 0xD7: number = try child.number(of: source)
                case 0x83: kind = try child.number(of: source)
                case 0x86: codec = try child.text(of: source)
                default: break
                }
            }
            if codec.hasPrefix("S_TEXT") || codec.hasPrefix("D_WEBVTT") { self.texts.insert(number) }
            guard !Self.isShown(kind, codec) else { continue }
            self.gone.insert(number)
            self.entries.append(entry)
        }
        // A checksum would be wrong then.
        if !self.entries.isEmpty { self.entries += children.filter { $0.id == 0xBF } }
    }

    /// Video, sound, both at once, logo, subtitles, buttons (RFC 9559 section 5.1.4.1.3); WebVTT's metadata calls itself subtitles.
    private static func isShown(_ kind: UInt64, _ codec: String) -> Bool {
        [0x01, 0x02, 0x03, 0x10, 0x11, 0x12].contains(kind) && codec != "D_WEBVTT/METADATA"
            && (!codec.hasPrefix("D_") || codec.hasPrefix("D_WEBVTT/"))
    }
}

/// The blocks of tracks that may have to go.
struct MatroskaBlocks {
    /// Checksums of the clusters.
    private(set) var checksums: [MatroskaElement] = []
    private var found: [UInt64: [Block]] = [:]
    private var count = 0

    private struct Block {
        /// `SimpleBlock`, or the `BlockGroup` around it.
        var element: MatroskaElement
        var payload: Range<Int64>
    }

    private static let maximumCount = 2_000_000

    /// - Parameters:
    ///   - element: one in a cluster; others than blocks are no matter.
    ///   - tracks: whose blocks are wanted.
    mutating func add(
        _ element: MatroskaElement,
        of tracks: Set<UInt64>,
        in source: any ByteSource
    ) throws(MetadataFault) {
        var block: MatroskaElement? = element
        switch element.id {
        case 0xA3, 0xAF: break
        case 0xBF where self.checksums.count < Self.maximumCount: return self.checksums.append(element)
        case 0xA0: block = try element.children(of: source).first { $0.id == 0xA1 }
        default: return
        }
        guard let block, let end = block.end else { return }
        let head = try source.metadata(at: block.content, count: 8)
        guard let first = head.first, first != 0 else { return }
        let width = first.leadingZeroBitCount + 1
        guard head.count >= width else { return }
        let number = head[1..<width].reduce(UInt64(first) & (1 << UInt64(8 - width) - 1)) { $0 << 8 | UInt64($1) }
        guard tracks.contains(number) else { return }
        self.count += 1
        guard self.count < Self.maximumCount else { throw MetadataFault("too many blocks") }
        // The number, two bytes of time, one of flags.
        let start = min(block.content + Int64(width) + 3, end)
        self.found[number, default: []].append(Block(element: element, payload: start..<end))
    }

    /// The elements of a track's blocks.
    func elements(of track: UInt64) -> [MatroskaElement] { (self.found[track] ?? []).map(\.element) }

    /// Whether the first texts of a track are positions.
    func isTelemetry(_ track: UInt64, in source: any ByteSource) throws(MetadataFault) -> Bool {
        var texts: [[UInt8]] = []
        for block in (self.found[track] ?? []).prefix(TelemetryText.textsRead) {
            let count = min(block.payload.count, TelemetryText.bytesRead)
            texts.append(try source.metadata(at: block.payload.lowerBound, count: count))
        }
        return TelemetryText.isTelemetry(texts)
    }
}
