import Primitives

/// Which bytes of the media the tracks use that stay, and which those use that go.
struct MediaUsage {
    private var used: [Range<Int64>] = []
    private var gone: [Range<Int64>] = []
    private var tracks: [UInt32: Bool] = [:]
    /// Whether all is known that has to stay. If not, only what the tracks use that go is blanked.
    private var isComplete = true

    /// Ranges in memory: 16 bytes each.
    private static let maximumRanges = 4_000_000

    init(of tracks: [TrackBlanking], in source: some ByteSource) throws(IsoMediaFault) {
        for track in tracks {
            let isText = track.stays && ["text", "sbtl", "subt"].contains(track.handler)
            let isTelemetry = isText ? TelemetryText.isTelemetry(try Self.texts(of: track, in: source)) : false
            let stays = track.stays && !isTelemetry
            self.tracks[track.number] = stays
            guard track.isSelfContained else { continue }
            if track.hasAuxiliaryData { self.isComplete = false }
            guard let samples = track.samples else {
                guard stays else { throw .unsupported("a track of \(track.handler) whose samples are not found") }
                self.isComplete = false
                continue
            }
            try self.add(samples, of: track, stays: stays)
        }
    }

    /// The first texts of a track.
    private static func texts(of track: TrackBlanking, in source: some ByteSource) throws(IsoMediaFault) -> [[UInt8]] {
        guard track.isSelfContained, let samples = track.samples, var cursor = try? samples.cursor() else { return [] }
        var texts: [[UInt8]] = []
        while texts.count < TelemetryText.textsRead, let sample = (try? cursor.next()) ?? nil {
            let bytes = try source.read(at: sample.offset, count: min(sample.size, TelemetryText.bytesRead))
            // Two bytes in front tell the length; pauses are texts without any.
            texts.append(Array(bytes.dropFirst(2)))
        }
        return texts
    }

    private mutating func add(
        _ samples: SampleTable,
        of track: TrackBlanking,
        stays: Bool
    ) throws(IsoMediaFault) {
        do throws(IsoMediaFault) {
            var cursor = try samples.cursor()
            // Where a table says that each sample has one byte, it means one frame.
            let size = samples.sizeBits == 0 ? try samples.size(of: 0) : 0
            let factor = size == 1 ? Int64(track.soundBytes) : 1
            while let sample = try cursor.next() {
                let start = cursor.chunkStart + (sample.offset - cursor.chunkStart) * factor
                try self.add(start..<start + Int64(sample.size) * factor, stays: stays)
            }
        } catch {
            guard stays, case .damaged = error else { throw error }
            // What players make of it is their affair.
            self.isComplete = false
        }
    }

    private mutating func add(_ range: Range<Int64>, stays: Bool) throws(IsoMediaFault) {
        if stays { try Self.append(range, to: &self.used) } else { try Self.append(range, to: &self.gone) }
    }

    private static func append(_ range: Range<Int64>, to ranges: inout [Range<Int64>]) throws(IsoMediaFault) {
        guard !range.isEmpty else { return }
        if let last = ranges.last, last.upperBound == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            return
        }
        guard ranges.count < self.maximumRanges else { throw .tooComplex("\(ranges.count) stretches of media") }
        ranges.append(range)
    }

    /// - Parameter content: of the `moof` box.
    mutating func add(
        fragment content: BoxContent,
        of box: FileBox,
        defaults: [UInt32: FragmentDefaults]
    ) throws(IsoMediaFault) {
        for run in try FragmentTrack.all(in: content, of: box, defaults: defaults) {
            if run.hasAuxiliaryData { self.isComplete = false }
            for sample in run.samples {
                try self.add(
                    sample.offset..<sample.offset + Int64(sample.size),
                    stays: self.tracks[run.track] ?? true
                )
            }
        }
    }

    /// What of the media becomes zeros.
    func unused(in media: [Range<Int64>]) throws(IsoMediaFault) -> [Range<Int64>] {
        let used = Self.joined(self.used)
        let media = Self.joined(media)
        // Other places of a file are not the media's to blank.
        let candidates = self.isComplete ? media : Self.parts(of: Self.joined(self.gone), in: media)
        var unused: [Range<Int64>] = []
        var index = 0
        for whole in candidates {
            var position = whole.lowerBound
            while index < used.count, used[index].upperBound <= position { index += 1 }
            while index < used.count, used[index].lowerBound < whole.upperBound {
                if used[index].lowerBound > position { unused.append(position..<used[index].lowerBound) }
                position = max(position, used[index].upperBound)
                guard used[index].upperBound < whole.upperBound else { break }
                index += 1
            }
            if position < whole.upperBound { unused.append(position..<whole.upperBound) }
        }
        return unused
    }

    /// What two sorted lists have in common.
    private static func parts(of ranges: [Range<Int64>], in others: [Range<Int64>]) -> [Range<Int64>] {
        var parts: [Range<Int64>] = []
        var index = 0
        for range in ranges {
            while index < others.count, others[index].upperBound <= range.lowerBound { index += 1 }
            var next = index
            while next < others.count, others[next].lowerBound < range.upperBound {
                parts.append(range.clamped(to: others[next]))
                next += 1
            }
        }
        return parts
    }

    private static func joined(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        var joined: [Range<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
