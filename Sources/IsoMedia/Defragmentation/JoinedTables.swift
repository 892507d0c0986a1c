/// The tables of a track's samples as they are gathered from its fragments (section 8.6 and 8.7).
struct JoinedTables {
    /// In bytes, of every sample.
    private(set) var sizes: [UInt32] = []
    private(set) var durations = Runs()
    /// From decoding to showing; signed.
    private(set) var compositionOffsets = Runs()
    /// Counted from 1.
    private(set) var syncSamples: [UInt32] = []
    private(set) var chunks: [Chunk] = []
    /// When the first sample is decoded, in ticks of the track.
    private(set) var start: Int64 = 0
    /// When the one behind the last would be.
    private(set) var end: Int64 = 0
    /// When the picture or sound that is shown last ends.
    private(set) var lastShown: Int64 = 0
    /// Whether decoding begins at some samples only.
    let hasKeyFrames: Bool

    /// Consecutive samples that lie one behind the other.
    struct Chunk {
        /// Where it lies in the old file.
        var offset: Int64
        /// In bytes.
        var length: Int64
        var samples: UInt32
        var description: UInt32
    }

    /// So many samples have this value.
    struct Runs {
        private(set) var runs: [(count: UInt32, value: UInt32)] = []

        mutating func append(_ value: UInt32) {
            if let last = runs.last, last.value == value {
                self.runs[self.runs.count - 1].count += 1
            } else {
                self.runs.append((1, value))
            }
        }

        /// The last value, taken out.
        mutating func removeLast() -> UInt32? {
            guard let last = self.runs.last else { return nil }
            if last.count > 1 { self.runs[self.runs.count - 1].count -= 1 } else { self.runs.removeLast() }
            return last.value
        }
    }

    /// Far beyond any video, and far from overflowing when it is added to others.
    private static let limit: Int64 = 1 << 52

    init(hasKeyFrames: Bool) { self.hasKeyFrames = hasKeyFrames }

    var isEmpty: Bool { self.sizes.isEmpty }

    /// A sample that the index itself lists.
    mutating func add(_ sample: Sample) throws(IsoMediaFault) {
        try self.add(
            FragmentSample(
                offset: sample.offset,
                size: sample.size,
                duration: sample.duration,
                flags: sample.isSync ? 0 : 0x1_0000,
                compositionOffset: sample.compositionOffset
            ),
            description: 1
        )
    }

    /// The samples of a fragment.
    mutating func add(_ fragment: FragmentTrack) throws(IsoMediaFault) {
        if let time = fragment.decodeTime, !fragment.samples.isEmpty {
            guard time < Self.limit else { throw .damaged("the time of a fragment") }
            if self.isEmpty { (self.start, self.end) = (time, time) } else { try self.wait(until: time) }
        }
        for sample in fragment.samples { try self.add(sample, description: fragment.description) }
    }

    /// Where a fragment begins later or earlier than the one before it ends, the last sample is as long as it takes.
    private mutating func wait(until time: Int64) throws(IsoMediaFault) {
        guard time != self.end, let last = self.durations.removeLast() else { return }
        let (begin, showing) = (self.end - Int64(last), self.compositionOffsets.runs.last?.value ?? 0)
        guard let duration = UInt32(exactly: time - begin) else { throw .unsupported("fragments whose times go back") }
        self.durations.append(duration)
        self.end = time
        self.lastShown = max(self.lastShown, time + Int64(Int32(bitPattern: showing)))
    }

    private mutating func add(_ sample: FragmentSample, description: UInt32) throws(IsoMediaFault) {
        guard let size = UInt32(exactly: sample.size), let duration = UInt32(exactly: sample.duration) else {
            throw .damaged("a sample")
        }
        self.sizes.append(size)
        self.durations.append(duration)
        // Signed in practice, whatever the version says.
        let offset = Int32(truncatingIfNeeded: sample.compositionOffset)
        self.compositionOffsets.append(UInt32(bitPattern: offset))
        // What depends on others is none, whatever the other flag says (section 8.8.3.1).
        if self.hasKeyFrames, sample.isSync, sample.flags >> 24 & 3 != 1 {
            self.syncSamples.append(UInt32(self.sizes.count))
        }
        self.end += Int64(duration)
        guard self.end < Self.limit else { throw .damaged("the times of samples") }
        self.lastShown = max(self.lastShown, self.end + Int64(offset))
        if let last = self.chunks.last, last.offset + last.length == sample.offset, last.description == description,
            last.samples < Self.maximumSamplesInChunk
        {
            self.chunks[self.chunks.count - 1].length += Int64(size)
            self.chunks[self.chunks.count - 1].samples += 1
        } else {
            self.chunks.append(
                Chunk(offset: sample.offset, length: Int64(size), samples: 1, description: description)
            )
        }
    }

    private static let maximumSamplesInChunk: UInt32 = 1000

    // MARK: Writing

    /// The boxes of `stbl` for these tables.
    /// - Parameters:
    ///   - position: where a chunk lies in the new file.
    ///   - isWide: whether positions may pass 32 bits.
    func write(
        to writer: inout BoxWriter,
        isWide: Bool,
        position: (Chunk) throws(IsoMediaFault) -> Int64
    ) throws(IsoMediaFault) {
        Self.write(self.durations, as: "stts", version: 0, to: &writer)
        let offsets = self.compositionOffsets
        if offsets.runs.contains(where: { $0.value != 0 }) {
            let isSigned = offsets.runs.contains { Int32(bitPattern: $0.value) < 0 }
            Self.write(offsets, as: "ctts", version: isSigned ? 1 : 0, to: &writer)
        }
        if self.hasKeyFrames, self.syncSamples.count < self.sizes.count {
            writer.fullBox("stss") { writer in
                writer.u32(UInt32(self.syncSamples.count))
                for sample in self.syncSamples { writer.u32(sample) }
            }
        }
        writer.fullBox("stsz") { writer in
            let size = self.sizes.first.flatMap { first in self.sizes.allSatisfy { $0 == first } ? first : nil } ?? 0
            writer.u32(size)
            writer.u32(UInt32(self.sizes.count))
            if size == 0 { for size in self.sizes { writer.u32(size) } }
        }
        self.writeChunkRuns(to: &writer)
        var positions: [Int64] = []
        for chunk in self.chunks { positions.append(try position(chunk)) }
        writer.fullBox(isWide ? "co64" : "stco") { writer in
            writer.u32(UInt32(positions.count))
            for position in positions {
                if isWide { writer.u64(UInt64(position)) } else { writer.u32(UInt32(clamping: position)) }
            }
        }
    }

    private func writeChunkRuns(to writer: inout BoxWriter) {
        var runs: [(chunk: Int, samples: UInt32, description: UInt32)] = []
        for (index, chunk) in self.chunks.enumerated() {
            if let last = runs.last, last.samples == chunk.samples, last.description == chunk.description { continue }
            runs.append((index + 1, chunk.samples, chunk.description))
        }
        writer.fullBox("stsc") { writer in
            writer.u32(UInt32(runs.count))
            for run in runs {
                writer.u32(UInt32(run.chunk))
                writer.u32(run.samples)
                writer.u32(run.description)
            }
        }
    }

    private static func write(_ runs: Runs, as type: FourCC, version: UInt8, to writer: inout BoxWriter) {
        writer.fullBox(type, version: version) { writer in
            writer.u32(UInt32(runs.runs.count))
            for run in runs.runs {
                writer.u32(run.count)
                writer.u32(run.value)
            }
        }
    }
}
