extension StreamPlan {
    /// Cuts at key frames.
    /// - Returns: by how many seconds the film begins later in the stream than its edit list says: where that begins between key
    ///   frames, the stream begins with the key frame.
    mutating func cut(_ source: StreamTrack, in movie: Movie, limits: Limits) throws(IsoMediaFault) -> Double {
        var video = source
        let placement = try Placement(of: video.track, in: movie)
        var cursor = try video.track.samples.cursor()
        var cuts: [(sample: Int, time: Int64, bytes: Int)] = []
        var earliest = Int64.max
        var end: Int64 = 0
        var count = 0
        while let sample = try cursor.next() {
            if let last = placement.end, sample.decodeTime >= last { break }
            let time = sample.presentationTime + placement.shift
            earliest = min(earliest, time)
            end = max(end, time + sample.duration)
            let isLong = cuts.last.map {
                video.seconds(time - $0.time) >= limits.targetSeconds || $0.bytes >= limits.targetBytes
            }
            if isLong == nil || (isLong == true && sample.isSync && time > cuts[cuts.count - 1].time) {
                cuts.append((sample.index, time, 0))
            }
            cuts[cuts.count - 1].bytes += sample.size
            count += 1
        }
        let lead = max(0, cuts.isEmpty ? 0 : -earliest)
        let shift = placement.shift + lead
        video.decodeShift = max(0, shift)
        video.compositionShift = min(0, shift)
        self.video = video
        for (index, cut) in cuts.enumerated() {
            let isLast = index + 1 == cuts.count
            let next = isLast ? (sample: count, time: end) : (cuts[index + 1].sample, cuts[index + 1].time)
            self.segments.append(
                Segment(
                    start: video.seconds(cut.time + lead),
                    seconds: video.seconds(next.time - cut.time),
                    bytes: cut.bytes,
                    videoSamples: cut.sample..<next.sample
                )
            )
        }
        return video.seconds(lead)
    }

    /// Gives each segment the sound that is heard while it is seen; without a picture, cuts the sound itself.
    mutating func add(
        _ source: StreamTrack,
        in movie: Movie,
        after lead: Double,
        limits: Limits
    ) throws(IsoMediaFault) {
        var audio = source
        let placement = try Placement(of: audio.track, in: movie)
        let isAlone = self.segments.isEmpty
        var shift = placement.shift + Int64((lead * Double(audio.track.timescale)).rounded())
        var cursor = try audio.track.samples.cursor()
        var isFirst = true
        var current = 0
        var end = 0.0
        while let sample = try cursor.next() {
            if let last = placement.end, sample.decodeTime >= last { break }
            if isFirst {
                // What encoders put in front of the sound, and the edit list leaves out.
                guard sample.decodeTime + shift + sample.duration > 0 else { continue }
                // Times before the beginning cannot be said: less than a frame, or a fiftieth of a second, late.
                shift = max(shift, -sample.decodeTime)
            }
            let time = audio.seconds(sample.decodeTime + shift)
            if isAlone {
                if isFirst || time - self.segments[current].start >= limits.targetSeconds {
                    self.segments.append(Segment(start: time, seconds: 0))
                    current = self.segments.count - 1
                }
            } else {
                while current + 1 < self.segments.count, time >= self.segments[current + 1].start { current += 1 }
            }
            let samples = self.segments[current].audioSamples
            self.segments[current].audioSamples =
                (samples.isEmpty ? sample.index : samples.lowerBound)..<sample.index + 1
            self.segments[current].bytes += sample.size
            end = audio.seconds(sample.decodeTime + shift + sample.duration)
            isFirst = false
        }
        audio.decodeShift = shift
        self.audio = audio
        self.setLengths(endingAt: end)
    }

    /// Segments last until the next begins, the last one until picture and sound have ended.
    private mutating func setLengths(endingAt end: Double) {
        for index in self.segments.indices {
            let next =
                index + 1 < self.segments.count
                ? self.segments[index + 1].start : max(end, self.segments[index].start + self.segments[index].seconds)
            self.segments[index].seconds = next - self.segments[index].start
        }
    }
}
