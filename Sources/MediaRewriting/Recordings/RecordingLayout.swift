import IsoMedia
import MediaCore

/// The order of the new file: SeekHead, information, tracks, what else stood before the media, cues, and the media with what stood
/// between and behind it.
struct RecordingLayout {
    private let segment: EbmlHead
    private let tracks: Range<Int64>
    private let information: [UInt8]
    private let front: [EbmlHead]
    private let media: [Part]
    private let tail: Range<Int64>

    private enum Part {
        case element(EbmlHead)
        case cluster(RecordingCluster)
    }

    init(_ scan: RecordingScan<some ByteSource>, tracks: Range<Int64>, information: [UInt8]) {
        self.segment = scan.segment
        self.tracks = tracks
        self.information = information
        self.tail = scan.tail
        var (front, media): ([EbmlHead], [Part]) = ([], [])
        for item in scan.items {
            switch item {
            case .element(let head): if media.isEmpty { front.append(head) } else { media.append(.element(head)) }
            case .cluster(let index): media.append(.cluster(scan.clusters[index]))
            }
        }
        self.front = front
        self.media = media
    }

    /// At most so many bytes are added to those of the file, cues and front aside.
    var addedBytes: Int64 { Int64(self.media.count) * EbmlWriter.wideHeadBytes + Int64(CueList.maximumCount) * 40 }

    /// Where the clusters begin, from the content of the segment on.
    func positions(cueBytes: Int64) -> [Int64] {
        var positions: [Int64] = []
        var position = self.frontBytes + cueBytes
        for part in self.media {
            if case .cluster = part { positions.append(position) }
            position += Self.size(of: part)
        }
        return positions
    }

    /// The whole file.
    func assembly(cues: [UInt8]) -> Assembly {
        let size = self.frontBytes + Int64(cues.count) + self.media.reduce(0) { $0 + Self.size(of: $1) }
        var assembly = Assembly()
        assembly.append(source: 0..<self.segment.start)
        assembly.append(
            EbmlWriter.head(ElementID.segment, size: size, isWide: true)
                + self.seekHead(cueBytes: Int64(cues.count)) + self.information
        )
        assembly.append(source: self.tracks)
        for head in self.front { assembly.append(source: head.start..<(head.end ?? head.content)) }
        assembly.append(cues)
        for part in self.media {
            switch part {
            case .element(let head): assembly.append(source: head.start..<(head.end ?? head.content))
            case .cluster(let cluster): Self.append(cluster, to: &assembly)
            }
        }
        assembly.append(source: self.tail)
        return assembly
    }

    private static func append(_ cluster: RecordingCluster, to assembly: inout Assembly) {
        var position = cluster.head.start
        if !cluster.isHeadRight {
            let size = cluster.end - cluster.head.content
            assembly.append(EbmlWriter.head(ElementID.cluster, size: size, isWide: true))
            position = cluster.head.content
        }
        for outdated in cluster.outdated {
            assembly.append(source: position..<outdated)
            assembly.append([UInt8(ElementID.void)])
            position = outdated + 1
        }
        assembly.append(source: position..<cluster.end)
    }

    private static func size(of part: Part) -> Int64 {
        switch part {
        case .element(let head): (head.end ?? head.content) - head.start
        case .cluster(let cluster):
            cluster.isHeadRight
                ? cluster.end - cluster.head.start
                : cluster.end - cluster.head.content + EbmlWriter.wideHeadBytes
        }
    }

    // MARK: The front

    private var frontBytes: Int64 {
        Int64(self.seekHead(cueBytes: 0).count + self.information.count + self.tracks.count)
            + self.front.reduce(0) { $0 + ($1.end ?? $1.content) - $1.start }
    }

    /// Where the parts of the segment are (RFC 9559 section 5.1.1); its length does not depend on the positions.
    private func seekHead(cueBytes: Int64) -> [UInt8] {
        var entries: [(id: UInt32, position: Int64)] = [(ElementID.information, 0)]
        var position = Int64(self.information.count)
        entries.append((ElementID.tracks, position))
        position += Int64(self.tracks.count)
        for head in self.front {
            entries.append((head.id, position))
            position += (head.end ?? head.content) - head.start
        }
        entries.append((ElementID.cues, position))
        position += cueBytes
        for part in self.media {
            if case .element(let head) = part { entries.append((head.id, position)) }
            position += Self.size(of: part)
        }
        entries = Array(entries.filter { ElementID.ofSegment.contains($0.id) }.prefix(64))
        func bytes(_ own: Int64) -> [UInt8] {
            let seeks = entries.flatMap { entry in
                EbmlWriter.element(
                    0x4DBB,
                    EbmlWriter.element(0x53AB, UInt64(entry.id))
                        + EbmlWriter.element(0x53AC, UInt64(entry.position + own), width: 8)
                )
            }
            return EbmlWriter.element(ElementID.seekHead, seeks)
        }
        return bytes(Int64(bytes(0).count))
    }
}
