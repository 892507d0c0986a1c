/// A track as it stands in a stream.
package struct StreamTrack: Hashable, Sendable {
    /// The track of the file.
    package var track: Track
    /// How its samples are coded.
    package var entry: SampleEntry
    /// Its number in the stream.
    var number: UInt32
    /// What is added to the times of the file, in ticks: streams have no edit lists, because browsers do not heed them.
    var shift: Int64 = 0
    /// How much earlier than in the file the pictures are decoded, in ticks.
    var earliness: Int64 = 0
    /// What is decoded and not shown.
    var hidden = HiddenStart()

    /// Seconds of a number of ticks.
    func seconds(_ ticks: Int64) -> Double { Double(ticks) / Double(self.track.timescale) }

    /// Samples with the times that they have in the stream, but for ``shift``.
    ///
    /// None is shown before it is decoded: FFmpeg shows pictures late whose offset is negative. So where a file has such offsets
    /// (`cslg`, version 1 of `ctts`), all of its pictures are decoded that much earlier.
    func streamSamples(in range: Range<Int>) throws(IsoMediaFault) -> [Sample] {
        let samples = try self.track.samples.samples(in: range).map(self.hidden.adjusted)
        guard self.earliness > 0 else { return samples }
        return samples.map { sample in
            var sample = sample
            sample.decodeTime -= self.earliness
            sample.compositionOffset += self.earliness
            return sample
        }
    }

    /// The size at which the pictures are shown, in square pixels and upright; nil for sound.
    package var shownSize: (width: Int, height: Int)? {
        guard var size = self.entry.dimensions else { return nil }
        // Without a shape the header's size is one of the same pictures, or their ratio.
        let shape = self.entry.pixelShape
        let ratio =
            if let shape {
                Double(size.width) * Double(shape.width) / (Double(size.height) * Double(shape.height))
            } else if self.track.width > 0, self.track.height > 0 {
                Double(self.track.width) / Double(self.track.height)
            } else {
                Double(size.width) / Double(size.height)
            }
        let width = (Double(size.height) * ratio).rounded()
        // Within a pixel it is the same ratio, rounded by whoever wrote it.
        if abs(width - Double(size.width)) > 1, (1...65535).contains(width) { size.width = Int(width) }
        return self.track.isTransposed ? (size.height, size.width) : size
    }
}

/// The beginning of a video that its edit list cuts off, from the key frame on that the first picture needs.
///
/// These pictures have to be decoded, and nobody is to see them: each lasts a tick, all together some milliseconds, right before the
/// picture at which the video begins.
struct HiddenStart: Hashable, Sendable {
    /// The key frame. Samples before it are not in the stream.
    var first = 0
    /// The first sample that is shown, in the order of decoding; ``first`` where all are.
    var shown = 0
    /// When that one is decoded, in ticks of the track.
    var shownDecodeTime: Int64 = 0
    /// When the stream begins, in ticks of the track.
    var start: Int64 { self.shownDecodeTime - Int64(self.shown - self.first) }

    init() {}

    /// - Parameter beginning: where the edit list begins, in presentation times of the media.
    init(of samples: SampleTable, beginning: Int64) throws(IsoMediaFault) {
        var cursor = try samples.cursor()
        var isFound = false
        while let sample = try cursor.next() {
            if sample.isSync, sample.presentationTime <= beginning || !isFound {
                self.first = sample.index
                isFound = false
            }
            if !isFound, sample.presentationTime + max(1, sample.duration) > beginning {
                isFound = true
                self.shown = sample.index
                self.shownDecodeTime = sample.decodeTime
            }
            // Key frames in the order of showing: behind the beginning there is no better one.
            if isFound, sample.decodeTime > beginning { return }
        }
        guard isFound else { throw .unsupported("an edit list that shows nothing") }
    }

    /// The sample as it stands in the stream.
    func adjusted(_ sample: Sample) -> Sample {
        guard sample.index < self.shown else { return sample }
        var sample = sample
        sample.decodeTime = self.shownDecodeTime - Int64(self.shown - sample.index)
        sample.duration = 1
        sample.compositionOffset = 0
        return sample
    }
}

/// The greatest number of frames in a second.
struct FrameRateMeter {
    private let timescale: Int64
    private var durations: [Int64] = []
    private var first = 0
    private var sum: Int64 = 0
    private var count = 0
    private var greatest: Double?

    init(timescale: UInt32) { self.timescale = Int64(timescale) }

    mutating func add(_ duration: Int64) {
        guard duration > 0 else { return }
        self.durations.append(duration)
        self.sum += duration
        self.count += 1
        guard self.sum >= self.timescale else { return }
        let rate = Double(self.count) * Double(self.timescale) / Double(self.sum)
        self.greatest = max(self.greatest ?? 0, rate)
        while self.sum >= self.timescale, self.count > 0 {
            self.sum -= self.durations[self.first]
            self.first += 1
            self.count -= 1
        }
        if self.first > 4096 {
            self.durations.removeFirst(self.first)
            self.first = 0
        }
    }

    /// Of less than a second, what there is.
    var rate: Double? {
        if let greatest { return greatest }
        guard self.count > 1, self.sum > 0 else { return nil }
        return Double(self.count) * Double(self.timescale) / Double(self.sum)
    }
}
