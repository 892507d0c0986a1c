/// A track of a recording, and when its blocks begin and end, in ticks of the segment.
struct BlockTimes {
    /// RFC 9559 section 5.1.4.1.3.
    enum Kind: UInt64 {
        case picture = 1
        case sound = 2
        case other = 0
    }

    let kind: Kind
    /// Of one frame, in nanoseconds; nil where the track does not say it.
    let frameNanoseconds: UInt64?
    private var first: Int64?
    /// The block that begins last.
    private var last: Block?
    private var frames: Int64 = 0
    /// The end of the block that ends last, of those that say it.
    private var statedEnd: Int64?

    init(kind: Kind, frameNanoseconds: UInt64?) {
        self.kind = kind
        self.frameNanoseconds = frameNanoseconds
    }

    /// One block.
    struct Block {
        var time: Int64
        /// More than one where frames are laced together (section 10.3).
        var frames: Int64 = 1
        /// In ticks; nil where it does not say.
        var duration: Int64?
        /// Silence at its end that is not heard, in nanoseconds (section 5.1.3.5.7).
        var padding: Int64 = 0
    }

    mutating func count(_ block: Block) {
        self.first = min(self.first ?? block.time, block.time)
        self.frames += block.frames
        if let last, block.time < last.time {} else { self.last = block }
        if let duration = block.duration { self.statedEnd = max(self.statedEnd ?? 0, block.time + duration) }
    }

    /// When the track ends, in ticks; nil without blocks. A last block that does not say how long it lasts is taken to last as long as the
    /// track's frames do as a rule.
    func end(scale: UInt64) -> Double? {
        guard let first, let last else { return nil }
        var length = 0.0
        let others = self.frames - last.frames
        if let duration = last.duration {
            length = Double(duration)
        } else if let frameNanoseconds {
            length = Double(frameNanoseconds) * Double(last.frames) / Double(scale)
        } else if self.kind != .other, others > 0 {
            length = Double(last.time - first) * Double(last.frames) / Double(others)
        }
        length = max(0, length - Double(max(0, last.padding)) / Double(scale))
        return max(Double(last.time) + length, Double(self.statedEnd ?? 0))
    }
}
