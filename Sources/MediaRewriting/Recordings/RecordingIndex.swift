import IsoMedia
import MediaCore

/// Makes recordings of browsers seekable, WebM and Matroska without Duration and Cues: both are made from the blocks that are there
/// and put in front of them, and unknown lengths become known ones. No block is touched.
///
/// What is not understood completely stays as it is. Through memory go the heads of blocks, one after the other, the places of the
/// clusters and a bounded number of cues.
enum RecordingIndex {
    /// Far more than any front without attachments.
    private static let maximumFrontBytes: Int64 = 1 << 20

    /// The seekable file; nil where there is nothing to do, or nothing to find.
    /// - Throws: ``RecordingFault``, and then the file is best left as it is.
    static func assembly(of source: some ByteSource) throws(RecordingFault) -> Assembly? {
        // Most files have an index: that is seen without reading their blocks, where their clusters have lengths.
        if try RecordingScan(source, readsBlocks: false).isIndexed { return nil }
        var scan = try RecordingScan(source, readsBlocks: true)
        guard !scan.isIndexed, let tracks = scan.tracksHead, let tracksEnd = tracks.end, let cueTrack = scan.cueTrack,
            let end = scan.tracks.values.compactMap({ $0.end(scale: scan.scale) }).max(), end > 0
        else { return nil }
        let cues = scan.keyFrames.cues.isEmpty ? scan.clusterStarts : scan.keyFrames
        guard !cues.cues.isEmpty else { return nil }
        let information = try Self.information(of: &scan, end: end)

        // The cues tell positions behind themselves: their own length is that of the same number of positions, whatever these are.
        let layout = RecordingLayout(scan, tracks: tracks.start..<tracksEnd, information: information)
        let width = EbmlWriter.width(of: UInt64(source.length + 2 * Self.maximumFrontBytes + layout.addedBytes))
        let none = [Int64](repeating: 0, count: scan.clusters.count)
        let length = cues.element(track: cueTrack, positions: none, width: width).count
        let positions = layout.positions(cueBytes: Int64(length))
        return layout.assembly(cues: cues.element(track: cueTrack, positions: positions, width: width))
    }

    /// The information (RFC 9559 section 5.1.2) with the duration in it.
    private static func information(
        of scan: inout RecordingScan<some ByteSource>,
        end: Double
    ) throws(RecordingFault) -> [UInt8] {
        var content: [UInt8] = []
        var children: [EbmlHead] = []
        if let head = scan.information { children = try scan.reader.children(of: head) }
        for child in children {
            guard let end = child.end, end - child.start <= Self.maximumFrontBytes - Int64(content.count) else {
                throw .notUnderstood("the length of the information")
            }
            // Its checksum would be wrong.
            guard ![ElementID.duration, ElementID.void, ElementID.checksum].contains(child.id) else { continue }
            content += try scan.reader.bytes(at: child.start, upTo: Int(end - child.start))
        }
        if content.isEmpty {
            for id in [ElementID.muxingApplication, ElementID.writingApplication] {
                content += EbmlWriter.element(id, Array("mediad".utf8))
            }
        }
        // What the file says is the better word, where it can be true: it may know how long the last frame is to stay.
        let twoSeconds = 2_000_000_000 / Double(scan.scale)
        let duration = scan.duration.flatMap { abs($0 - end) <= twoSeconds ? $0 : nil } ?? end
        content += EbmlWriter.element(ElementID.duration, duration.bitPattern, width: 8)
        guard content.count < Self.maximumFrontBytes else { throw .notUnderstood("the length of the information") }
        return EbmlWriter.element(ElementID.information, content)
    }
}
