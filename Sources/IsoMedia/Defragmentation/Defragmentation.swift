package import Primitives

/// Makes a plain video of a fragmented one: the tables of all fragments become one index in front, and the media follows as it is, in
/// one box. So players know its length and find every frame with one request, and it can be streamed. No frame is touched, and every
/// frame keeps its time.
///
/// What is not understood completely is refused, such as encrypted video, whose auxiliary data lies in the fragments.
///
/// Source: ISO/IEC 14496-12 sections 8.6 to 8.8, 8.16.3 (`sidx`).
package enum Defragmentation {
    /// The index and the list of pieces of the new file have to fit into what a worker may write.
    static let maximumIndexBytes = 40 << 20

    /// Some recorders write a fragment for each frame: five hours of them.
    private static let maximumBoxes = 1_000_000

    /// Boxes that tell of fragments, or of nothing: the new file needs none of them.
    private static let dropped: Set<FourCC> = [
        "moov", "moof", "mdat", "styp", "sidx", "ssix", "mfra", "prft", "pdin", "free", "skip", "wide",
    ]

    /// The plain file; nil where there are no fragments, and where an index of all of them (`sidx`) is there.
    /// - Throws: ``IsoMediaFault``, and then the file is best left as it is.
    package static func assembly(of source: some ByteSource) throws(IsoMediaFault) -> Assembly? {
        let boxes = try FileBox.list(in: 0..<source.length, of: source, atMost: Self.maximumBoxes)
        guard let firstFragment = boxes.first(where: { $0.type == "moof" }) else { return nil }
        let indices = boxes.filter { $0.type == "moov" }
        guard indices.count == 1, let index = indices.first, index.start < firstFragment.start else {
            throw .unsupported("fragments without one index in front of them")
        }
        guard !boxes.contains(where: { $0.type == "meta" }) else { throw .unsupported("a meta box beside moov") }
        if try SegmentIndex.covers(boxes, in: source) { return nil }
        guard index.size <= MovieFile.maximumIndexBytes else { throw .tooComplex("an index of \(index.size) bytes") }
        let content = BoxContent(try Self.content(of: index, in: source))

        var tracks = try FragmentedTracks(content)
        for box in boxes where box.type == "moof" {
            guard box.size <= MovieFile.maximumIndexBytes else { throw .tooComplex("a fragment of \(box.size) bytes") }
            try tracks.add(fragment: BoxContent(try Self.content(of: box, in: source)), of: box)
        }

        let media = JoinedMedia(boxes)
        let movie = try PlainMovie(content, tracks, media, isWide: source.length > UInt32.max - 1 << 28)
        // The length of the index decides where the media lies, and does not depend on it.
        let rest = boxes.filter { !Self.dropped.contains($0.type) }
        let front = rest.filter { $0.start < index.start }
        let start = front.reduce(0) { $0 + $1.size } + Int64(try movie.bytes(mediaAt: 0).count)
        let written = try movie.bytes(mediaAt: start + Int64(media.header.count))
        guard written.count <= Self.maximumIndexBytes else { throw .tooComplex("an index of \(written.count) bytes") }

        var assembly = Assembly()
        for box in front { assembly.append(source: box.start..<box.end) }
        assembly.append(written + media.header)
        for range in media.ranges { assembly.append(source: range) }
        for box in rest where box.start > index.start { assembly.append(source: box.start..<box.end) }
        return assembly
    }

    private static func content(of box: FileBox, in source: some ByteSource) throws(IsoMediaFault) -> [UInt8] {
        let bytes = try source.read(at: box.content, count: Int(box.end - box.content))
        guard bytes.count == box.end - box.content else { throw .damaged("the end of \(box.type)") }
        return bytes
    }
}

/// An index of fragments (section 8.16.3).
enum SegmentIndex {
    /// Whether one in front of the fragments reaches to the end of the last one: players seek by it.
    static func covers(_ boxes: [FileBox], in source: some ByteSource) throws(IsoMediaFault) -> Bool {
        guard let place = boxes.firstIndex(where: { ["sidx", "moof"].contains($0.type) }), boxes[place].type == "sidx",
            let end = boxes.last(where: { ["moof", "mdat"].contains($0.type) })?.end
        else { return false }
        let box = boxes[place]
        // A thousand million bytes of references are none.
        guard box.size < 1 << 20 else { return false }
        let content = BoxContent(try source.read(at: box.content, count: Int(box.end - box.content)))
        let isWide = try content.u8(0) > 0
        let first = isWide ? Int64(clamping: try content.u64(20)) : Int64(try content.u32(16))
        let table = isWide ? 32 : 24
        var position = box.end.addingReportingOverflow(first).partialValue
        for reference in 0..<Int(try content.u16(table - 2)) {
            position &+= Int64(try content.u32(table + 12 * reference) & 0x7FFF_FFFF)
        }
        return position >= end
    }
}

/// The media of all fragments, one behind the other in one `mdat` box.
struct JoinedMedia {
    /// Where it lies in the old file.
    let ranges: [Range<Int64>]
    /// Where each range begins in the new box, from the beginning of its content on.
    private let starts: [Int64]
    /// Of the new box.
    let header: [UInt8]

    init(_ boxes: [FileBox]) {
        self.ranges = boxes.filter { $0.type == "mdat" }.map { $0.content..<$0.end }.filter { !$0.isEmpty }
        var (starts, position): ([Int64], Int64) = ([], 0)
        for range in self.ranges {
            starts.append(position)
            position += range.upperBound - range.lowerBound
        }
        self.starts = starts
        var writer = BoxWriter()
        let isWide = position > Int64(UInt32.max) - 16
        writer.u32(isWide ? 1 : UInt32(position + 8))
        writer.fourCC("mdat")
        if isWide { writer.u64(UInt64(position + 16)) }
        self.header = writer.bytes
    }

    /// Where bytes of the old file lie in the new box.
    /// - Throws: `unsupported` where they do not lie in one box of media.
    func position(of offset: Int64, count: Int64) throws(IsoMediaFault) -> Int64 {
        guard count > 0 else { return 0 }
        var (low, high) = (0, self.ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if self.ranges[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        guard low < self.ranges.count, self.ranges[low].lowerBound <= offset,
            count <= self.ranges[low].upperBound - offset
        else { throw .unsupported("samples outside of the media") }
        return self.starts[low] + offset - self.ranges[low].lowerBound
    }
}
