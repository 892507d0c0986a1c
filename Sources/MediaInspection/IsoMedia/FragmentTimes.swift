import IsoMedia

/// The times of a track whose samples lie in fragments (ISO/IEC 14496-12 section 8.8): what is there, counted. Headers tell nothing of
/// it, or what a recorder hoped for when it began.
struct FragmentTimes: Hashable {
    /// Ticks per second.
    var timescale: UInt32 = 0
    /// `trex`: how long a sample lasts where no fragment says it.
    var defaultDuration: UInt32 = 0
    /// Where the next fragment begins that does not say it (`tfdt`), in ticks; at first the end of what `moov` itself lists.
    var decodeEnd: Int64 = 0
    /// What the edit list cuts off at the beginning, in ticks.
    var cut: Int64 = 0
    /// What it shows before the track, in seconds.
    var delay = 0.0
    /// Samples, those in `moov` too.
    var samples = 0
    /// How long they last together, in ticks.
    var ticks: Int64 = 0
    /// Samples in fragments.
    var samplesInFragments = 0
    /// The first and the last time, in ticks.
    private var first: Int64?
    private var last: Int64?

    /// Counts the samples of one `trun`.
    /// - Parameters:
    ///   - run: the fields of the box, from its version on.
    ///   - usual: how long a sample lasts where the run does not say it, in ticks.
    mutating func count(run: ByteFields, usual: UInt32) {
        guard let flags = run.u32(0).map({ $0 & 0xFF_FFFF }), let count = run.u32(4), count <= 1 << 20 else { return }
        let fields: [UInt32] = [0x100, 0x200, 0x400, 0x800]
        let width = fields.reduce(0) { $0 + (flags & $1 != 0 ? 4 : 0) }
        let start = 8 + (flags & 1 != 0 ? 4 : 0) + (flags & 4 != 0 ? 4 : 0)
        guard width > 0 else {
            self.add(at: self.decodeEnd, for: Int64(count) * Int64(usual), samples: Int(count))
            return
        }
        for sample in 0..<Int(count) {
            let place = start + sample * width
            guard place + width <= run.count else { return }
            let duration = flags & 0x100 != 0 ? run.u32(place) ?? usual : usual
            var offset: Int64 = 0
            // Signed whatever the version: FFmpeg and browsers read both so.
            if flags & 0x800 != 0 { offset = Int64(Int32(bitPattern: run.u32(place + width - 4) ?? 0)) }
            self.add(at: self.decodeEnd + offset, for: Int64(duration), samples: 1)
        }
    }

    private mutating func add(at time: Int64, for ticks: Int64, samples: Int) {
        // Far beyond any video, and far from overflowing: one run adds 2 to the 52nd at most.
        guard self.decodeEnd < 1 << 55, self.ticks < 1 << 55 else { return }
        self.first = min(self.first ?? time, time)
        self.last = max(self.last ?? 0, time + ticks)
        self.decodeEnd += ticks
        self.ticks += ticks
        self.samples += samples
        self.samplesInFragments += samples
    }

    /// From the first time to the last, in seconds of the movie; nil without fragments.
    var shown: ClosedRange<Double>? {
        guard self.timescale > 0, self.samplesInFragments > 0, let first, let last else { return nil }
        // What moov itself lists begins at zero.
        let begin = self.samples > self.samplesInFragments ? 0 : max(0, first - self.cut)
        let scale = Double(self.timescale)
        let (start, end) = (Double(begin) / scale + self.delay, Double(last - self.cut) / scale + self.delay)
        return start <= end ? start...end : nil
    }

    /// Samples per second; nil without fragments.
    var rate: Double? {
        guard self.samplesInFragments > 0, self.ticks > 0 else { return nil }
        return Double(self.samples) * Double(self.timescale) / Double(self.ticks)
    }
}
