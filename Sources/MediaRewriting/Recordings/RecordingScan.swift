import MediaCore

/// Reads through a WebM or Matroska file, from one head to the next; of the media nothing is read but the first bytes of each block.
///
/// Sources: RFC 8794 (EBML), RFC 9559 sections 5.1 (elements), 10 (blocks).
struct RecordingScan<Base: ByteSource> {
    var reader: EbmlReader<Base>
    /// The Segment element.
    private(set) var segment = EbmlHead(id: 0, start: 0, content: 0)
    private(set) var information: EbmlHead?
    private(set) var tracksHead: EbmlHead?
    /// What stands in the segment, in its order; without what is made anew, and without Void.
    private(set) var items: [Item] = []
    private(set) var clusters: [RecordingCluster] = []
    private(set) var hasCues = false
    /// What lies behind the segment, or nothing.
    private(set) var tail: Range<Int64> = 0..<0
    /// By number.
    var tracks: [UInt64: BlockTimes] = [:]
    /// The track that cues are for: the first with pictures, else the first with sound.
    private(set) var cueTrack: UInt64?
    /// Nanoseconds of a tick.
    private(set) var scale: UInt64 = 1_000_000
    /// In ticks, as the file has it; nil where it says none.
    private(set) var duration: Double?
    /// Key frames of the track that cues are for, and the first block of each cluster.
    var keyFrames = CueList()
    var clusterStarts = CueList()
    /// Whether blocks are read; else lengths are believed, and what comes behind a cluster without one is not seen.
    let readsBlocks: Bool
    /// The end of the segment, or of the file.
    private(set) var limit: Int64 = 0

    /// A part of the segment.
    enum Item {
        case element(EbmlHead)
        /// Counted from 0.
        case cluster(Int)
    }

    private static var maximumItems: Int { 400_000 }

    /// - Throws: ``RecordingFault``.
    init(_ source: Base, readsBlocks: Bool) throws(RecordingFault) {
        self.reader = EbmlReader(source)
        self.readsBlocks = readsBlocks
        guard let head = try self.reader.head(at: 0), head.id == ElementID.ebml, let end = head.end,
            let segment = try self.reader.head(at: end), segment.id == ElementID.segment
        else { throw .notUnderstood("no segment") }
        self.segment = segment
        self.limit = min(segment.end ?? source.length, source.length)
        try self.readSegment()
        try self.readTail()
    }

    /// Whether players find their way in it: nothing is to be made.
    var isIndexed: Bool { self.hasCues && self.duration != nil }

    private mutating func readSegment() throws(RecordingFault) {
        var position = self.segment.content
        while position < self.limit {
            // Nil where the recorder was killed in the middle of a head.
            guard let head = try self.reader.head(at: position) else { break }
            guard self.items.count < Self.maximumItems else { throw .notUnderstood("too many elements") }
            guard head.id != ElementID.ebml, head.id != ElementID.segment else {
                throw .notUnderstood("several segments")
            }
            if head.id == ElementID.cluster {
                guard let next = try self.read(cluster: head) else { break }
                position = next
            } else {
                guard let end = head.end else { throw .notUnderstood("an element without a length") }
                guard end <= self.limit else {
                    // What is behind the media may be cut off, what is in front of it may not.
                    guard !self.clusters.isEmpty else { throw .notUnderstood("the end of element \(head.id)") }
                    break
                }
                try self.read(element: head)
                position = end
            }
        }
    }

    private mutating func read(element head: EbmlHead) throws(RecordingFault) {
        switch head.id {
        case ElementID.seekHead, ElementID.void, ElementID.checksum: break
        case ElementID.cues: self.hasCues = self.hasCues || head.end ?? 0 > head.content
        case ElementID.information:
            guard self.information == nil else { throw .notUnderstood("information twice") }
            self.information = head
            try self.readInformation(head)
        case ElementID.tracks:
            guard self.tracksHead == nil, self.clusters.isEmpty else { throw .notUnderstood("tracks in another place") }
            self.tracksHead = head
            try self.readTracks(head)
        default: self.items.append(.element(head))
        }
    }

    private mutating func readInformation(_ head: EbmlHead) throws(RecordingFault) {
        for child in try self.reader.children(of: head) {
            switch child.id {
            case ElementID.timestampScale: self.scale = try self.reader.unsigned(child)
            case ElementID.duration: self.duration = try self.reader.float(child)
            default: break
            }
        }
        guard (1...1_000_000_000_000).contains(self.scale) else { throw .notUnderstood("the scale of times") }
        if let duration, !(duration.isFinite && duration > 0 && duration < 1e15) { self.duration = nil }
        // Cues of sound lie at least a second apart.
        self.clusterStarts = CueList(spacing: max(1, Int64(1_000_000_000 / self.scale)))
    }

    private mutating func readTracks(_ head: EbmlHead) throws(RecordingFault) {
        var sound: UInt64?
        for entry in try self.reader.children(of: head) where entry.id == ElementID.track {
            var (number, kind, frameNanoseconds) = (UInt64(0), UInt64(0), UInt64?.none)
            for child in try self.reader.children(of: entry) {
                switch child.id {
                case ElementID.trackNumber: number = try self.reader.unsigned(child)
                case ElementID.trackType: kind = try self.reader.unsigned(child)
                case ElementID.defaultDuration: frameNanoseconds = try self.reader.unsigned(child)
                default: break
                }
            }
            guard self.tracks.count < 256 else { throw .notUnderstood("too many tracks") }
            // An hour for one frame is no length.
            let length = frameNanoseconds.flatMap { (1...3_600_000_000_000).contains($0) ? $0 : nil }
            let times = BlockTimes(kind: BlockTimes.Kind(rawValue: kind) ?? .other, frameNanoseconds: length)
            self.tracks[number] = times
            if times.kind == .picture { self.cueTrack = self.cueTrack ?? number }
            if times.kind == .sound { sound = sound ?? number }
        }
        self.cueTrack = self.cueTrack ?? sound
    }

    /// - Returns: where the next element begins; nil where the file ends in the cluster.
    private mutating func read(cluster head: EbmlHead) throws(RecordingFault) -> Int64? {
        guard self.tracksHead != nil else { throw .notUnderstood("media before the tracks") }
        // Without a length nothing but the blocks tells where it ends.
        guard self.readsBlocks else { return head.end }
        var cluster = RecordingCluster(head: head, end: head.content)
        let isWhole = try self.readBlocks(of: &cluster)
        // Where a recorder was killed right behind the head, nothing is kept of it.
        if cluster.end > head.content || isWhole {
            self.items.append(.cluster(self.clusters.count))
            self.clusters.append(cluster)
        }
        return isWhole ? cluster.end : nil
    }

    /// What lies behind a segment that says its length: it stays, but for a second recording.
    private mutating func readTail() throws(RecordingFault) {
        guard let end = self.segment.end, end < self.reader.length else { return }
        self.tail = end..<self.reader.length
        if try self.reader.bytes(at: end, upTo: 4).bigEndianNumber == UInt64(ElementID.ebml) {
            throw .notUnderstood("several files in one")
        }
    }
}

/// Where a cluster lies in the file as it came.
struct RecordingCluster {
    var head: EbmlHead
    /// Behind its last whole element.
    var end: Int64
    /// Elements that tell of its place or of a checksum over that: where their names of one byte lie. They become Void.
    var outdated: [Int64] = []

    /// Whether its head says its length.
    var isHeadRight: Bool { self.head.end == self.end }
}

extension EbmlReader {
    /// The elements in another one.
    /// - Throws: ``RecordingFault`` where one reaches past the end of it.
    mutating func children(of parent: EbmlHead) throws(RecordingFault) -> [EbmlHead] {
        guard let end = parent.end, end <= self.length else { throw .notUnderstood("an element without an end") }
        var children: [EbmlHead] = []
        var position = parent.content
        while position < end {
            guard let child = try self.head(at: position), let next = child.end, next <= end, children.count < 10_000
            else { throw .notUnderstood("the children of element \(parent.id)") }
            children.append(child)
            position = next
        }
        return children
    }
}
