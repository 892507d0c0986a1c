package import Primitives

/// What of an MP4 or QuickTime file tells where, when and with what it was recorded, and how it is taken out in place.
///
/// An allow-list, as for pictures: boxes that players need stay, every other one becomes free space of the same size, tracks that
/// are neither picture, sound nor text go with their samples, and media bytes that no remaining track uses become zeros. Nothing
/// moves, so every address in the file stays right, and no byte of a frame changes.
///
/// Source: ISO/IEC 14496-12 sections 8.1.2 (`free`) and 8.10; QuickTime File Format, "User data atoms".
package struct MovieBlanking: Sendable {
    /// Sorted; none over another.
    package private(set) var changes: [Change] = []
    /// Where the new file ends: what cameras write behind the last box is cut off.
    package private(set) var end: Int64

    /// Where covers lie, which stay: pictures with private data of their own. None of the changes is in them.
    package private(set) var covers: [Range<Int64>] = []

    /// New bytes for a place in the file, as many as were there.
    package enum Change: Hashable, Sendable {
        /// Zeros for a range.
        case zeros(Range<Int64>)
        /// Other bytes from this offset on.
        case bytes([UInt8], at: Int64)

        /// The place.
        package var range: Range<Int64> {
            switch self {
            case .zeros(let range): range
            case .bytes(let bytes, let offset): offset..<offset + Int64(bytes.count)
            }
        }
    }

    /// Beyond that a file is refused: an hour has some 4,000 pieces of telemetry, with one for each frame 200,000.
    package static let maximumChanges = 500_000

    private static let neededBoxes: Set<FourCC> = [
        "ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx", "ssix", "pdin",
    ]

    /// - Throws: ``IsoMediaFault`` where the file cannot be followed: then nobody knows what would stay in it.
    package init(of source: some ByteSource) throws(IsoMediaFault) {
        var boxes = BoxBlanking()
        var media: [Range<Int64>] = []
        var fragments: [FileBox] = []
        let list = try Self.boxes(of: source)
        self.end = list.last?.end ?? 0
        for box in list {
            switch box.type {
            case "moov": try boxes.blank(movie: try Self.content(of: box, in: source), at: box.content)
            case "moof": fragments.append(box)
            case "mdat": media.append(box.content..<box.end)
            case _ where Self.neededBoxes.contains(box.type): break
            default: boxes.free(box)
            }
        }
        self.covers = boxes.covers
        guard !boxes.tracks.isEmpty else { throw .damaged("no tracks") }
        var usage = try MediaUsage(of: boxes.tracks, in: source)
        for box in fragments {
            let content = try Self.content(of: box, in: source)
            try boxes.blank(fragment: content, at: box.content)
            try usage.add(fragment: content, of: box, defaults: boxes.defaults)
        }
        self.changes = boxes.changes + (try usage.unused(in: media)).map { .zeros($0) }
        self.changes = try Self.sorted(self.changes.filter { !$0.range.isEmpty })
    }

    /// The boxes of the file, as far as they hold together.
    private static func boxes(of source: some ByteSource) throws(IsoMediaFault) -> [FileBox] {
        var boxes: [FileBox] = []
        var position: Int64 = 0
        while source.length - position >= 8 {
            guard boxes.count < 200_000 else { throw .tooComplex("more than 200000 boxes") }
            let bytes = try source.read(at: position, count: BoxHeader.maximumBytes)
            var found: FileBox?
            do throws(BoxHeader.Flaw) {
                found = try BoxHeader(bytes.span)?.box(at: position, limit: source.length)
            } catch {
                found = nil
            }
            guard let box = found, box.end >= box.content, box.end <= source.length else {
                // Action cameras put their telemetry behind the last box, in a form of their own.
                guard boxes.contains(where: { $0.type == "moov" }), boxes.contains(where: { $0.type == "mdat" }) else {
                    throw .damaged("the size of a box")
                }
                break
            }
            boxes.append(box)
            position = box.end
        }
        return boxes
    }

    private static func content(of box: FileBox, in source: some ByteSource) throws(IsoMediaFault) -> BoxContent {
        guard box.size <= MovieFile.maximumIndexBytes else { throw .tooComplex("an index of \(box.size) bytes") }
        let bytes = try source.read(at: box.content, count: Int(box.end - box.content))
        guard bytes.count == box.end - box.content else { throw .damaged("the end of \(box.type)") }
        return BoxContent(bytes)
    }

    private static func sorted(_ changes: [Change]) throws(IsoMediaFault) -> [Change] {
        guard changes.count <= Self.maximumChanges else { throw .tooComplex("\(changes.count) pieces of telemetry") }
        let sorted = changes.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for (first, second) in zip(sorted, sorted.dropFirst())
        where second.range.lowerBound < first.range.upperBound { throw .damaged("boxes over each other") }
        return sorted
    }
}
