/// Walks through a track's samples, all tables abreast: a few nanoseconds each, and no memory.
package struct SampleCursor {
    private let table: SampleTable
    private var index = 0
    private var decodeTime: Int64 = 0
    private var times: Runs
    private var offsets: Runs?

    private var chunk = 0
    private let chunkCount: Int
    private var samplesLeftInChunk = 0
    private var position: Int64 = 0
    /// Where the chunk of the last sample lies in the file.
    private(set) var chunkStart: Int64 = 0
    /// Of `stsc`.
    private var run = -1
    private let runCount: Int

    /// Of `stss`.
    private var syncIndex = 0
    private let syncCount: Int

    init(_ table: SampleTable) throws(IsoMediaFault) {
        self.table = table
        self.times = try Runs(table.times)
        self.offsets = try table.compositionOffsets.map { content throws(IsoMediaFault) in try Runs(content) }
        self.chunkCount = Int(try table.chunkOffsets.u32(4))
        self.runCount = Int(try table.chunkRuns.u32(4))
        self.syncCount = try table.syncSamples.map { content throws(IsoMediaFault) in Int(try content.u32(4)) } ?? 0
    }

    /// - Returns: nil behind the last sample.
    /// - Throws: ``IsoMediaFault/damaged(_:)`` where the tables contradict each other.
    package mutating func next() throws(IsoMediaFault) -> Sample? {
        guard self.index < self.table.count else { return nil }
        if self.samplesLeftInChunk == 0 { try self.beginChunk() }
        let size = try self.table.size(of: self.index)
        let duration = Int64(try self.times.next())
        // Signed in practice, whatever the version says.
        let offset = Int64(Int32(bitPattern: try self.offsets?.next() ?? 0))
        let sample = Sample(
            index: self.index,
            decodeTime: self.decodeTime,
            duration: duration,
            compositionOffset: offset,
            offset: self.position,
            size: size,
            isSync: try self.isSync()
        )
        self.index += 1
        self.samplesLeftInChunk -= 1
        self.decodeTime += duration
        self.position += Int64(size)
        return sample
    }

    private mutating func beginChunk() throws(IsoMediaFault) {
        guard self.chunk < self.chunkCount else { throw .damaged("more samples than chunks hold") }
        let offsets = self.table.chunkOffsets
        let offset =
            self.table.hasWideOffsets
            ? try offsets.u64(8 + 8 * self.chunk) : UInt64(try offsets.u32(8 + 4 * self.chunk))
        guard offset < 1 << 60 else { throw .damaged("the place of a chunk") }
        self.position = Int64(offset)
        self.chunkStart = self.position
        self.chunk += 1
        // Chunks are counted from 1.
        let runs = self.table.chunkRuns
        while self.run + 1 < self.runCount, Int(try runs.u32(8 + 12 * (self.run + 1))) <= self.chunk { self.run += 1 }
        guard self.run >= 0 else { throw .damaged("chunks without a first") }
        self.samplesLeftInChunk = Int(try runs.u32(12 + 12 * self.run))
        guard self.samplesLeftInChunk > 0 else { throw .damaged("a chunk without samples") }
    }

    private mutating func isSync() throws(IsoMediaFault) -> Bool {
        guard let table = self.table.syncSamples else { return true }
        guard self.syncIndex < self.syncCount else { return false }
        // Samples are counted from 1.
        guard Int(try table.u32(8 + 4 * self.syncIndex)) == self.index + 1 else { return false }
        self.syncIndex += 1
        return true
    }

    /// `stts` and `ctts`: so many samples have this value (sections 8.6.1.2 and 8.6.1.3).
    private struct Runs {
        private let table: BoxContent
        private let count: Int
        private var run = 0
        private var left: UInt32 = 0
        private var value: UInt32 = 0

        init(_ table: BoxContent) throws(IsoMediaFault) {
            self.table = table
            self.count = Int(try table.u32(4))
        }

        /// A table that is too short goes on with its last value, as players read it.
        mutating func next() throws(IsoMediaFault) -> UInt32 {
            while self.left == 0, self.run < self.count {
                self.left = try self.table.u32(8 + 8 * self.run)
                self.value = try self.table.u32(12 + 8 * self.run)
                self.run += 1
            }
            if self.left > 0 { self.left -= 1 }
            return self.value
        }
    }
}

extension SampleTable {
    /// Some of the samples.
    func samples(in range: Range<Int>) throws(IsoMediaFault) -> [Sample] {
        guard !range.isEmpty else { return [] }
        var samples: [Sample] = []
        samples.reserveCapacity(range.count)
        var cursor = try self.cursor()
        while let sample = try cursor.next(), sample.index < range.upperBound {
            if sample.index >= range.lowerBound { samples.append(sample) }
        }
        return samples
    }
}
