/// Where decoding can begin, as Cues tell it (RFC 9559 section 5.1.5), in a bounded number: when there are too many, those that lie
/// close to each other go.
struct CueList {
    private(set) var cues: [Cue] = []
    /// In ticks of the segment: no two cues are closer.
    private var spacing: Int64

    struct Cue: Hashable {
        /// In ticks of the segment.
        var time: Int64
        /// Which cluster, counted from 0.
        var cluster: Int
    }

    /// A megabyte of cues; a recording of ten hours with a key frame every two seconds has 18,000.
    static let maximumCount = 50_000

    init(spacing: Int64 = 1) { self.spacing = spacing }

    mutating func add(_ cue: Cue) {
        if let last = self.cues.last, abs(cue.time - last.time) < self.spacing { return }
        self.cues.append(cue)
        while self.cues.count > Self.maximumCount { self.thin() }
    }

    private mutating func thin() {
        self.spacing *= 2
        var kept: [Cue] = []
        for cue in self.cues {
            if let last = kept.last, abs(cue.time - last.time) < self.spacing { continue }
            kept.append(cue)
        }
        // Times that jump to and fro are never close to each other.
        self.cues =
            kept.count < self.cues.count || self.spacing < 1 << 50 ? kept : Array(kept.prefix(Self.maximumCount))
    }

    /// The element. Its length does not depend on the positions, but for their `width`.
    /// - Parameters:
    ///   - positions: where the clusters begin, from the content of the segment on.
    ///   - width: of a position, in bytes.
    func element(track: UInt64, positions: [Int64], width: Int) -> [UInt8] {
        var content: [UInt8] = []
        for cue in self.cues.sorted(by: { ($0.time, $0.cluster) < ($1.time, $1.cluster) }) {
            let place =
                EbmlWriter.element(0xF7, track)
                + EbmlWriter.element(0xF1, UInt64(positions[cue.cluster]), width: width)
            content += EbmlWriter.element(
                0xBB,
                EbmlWriter.element(0xB3, UInt64(max(0, cue.time))) + EbmlWriter.element(0xB7, place)
            )
        }
        return EbmlWriter.head(ElementID.cues, size: Int64(content.count), isWide: true) + content
    }
}
