extension StreamPlan {
    /// A year: nothing is longer, and far below it all times fit into ticks of whatever length.
    private static let maximumSeconds = 366.0 * 86_400

    /// What encoders put in front of sound: two or three frames.
    private static let encoderStart = 0.15

    /// How much earlier than the video's beginning the tracks begin, in whole ticks of the first.
    static func lead(of tracks: StreamableTracks, in movie: Movie) throws(IsoMediaFault) -> Double {
        var lead = 0.0
        for track in [tracks.video].compactMap(\.self) + tracks.audio {
            let placement = try Placement(of: track.track, in: movie)
            if track.track.handler == "vide" {
                // Of a picture all is needed, down to the key frame.
                let start = try HiddenStart(of: track.track.samples, beginning: placement.beginning).start
                let first = start - (try track.track.samples.earliness())
                lead = max(lead, track.seconds(-(first + placement.shift)))
            } else {
                // Sound that was cut off by more than an encoder's start is dropped.
                let early = track.seconds(-placement.shift)
                if early <= Self.encoderStart { lead = max(lead, early) }
            }
        }
        guard lead < Self.maximumSeconds else { throw .damaged("an edit list") }
        guard let first = tracks.video ?? tracks.audio.first else { return lead }
        let ticks = Double(first.track.timescale)
        return (lead * ticks).rounded(.up) / ticks
    }

    /// Cuts at key frames.
    mutating func cut(_ source: StreamTrack, in movie: Movie, limits: Limits) throws(IsoMediaFault) {
        var video = source
        let placement = try Placement(of: video.track, in: movie)
        video.shift = self.shift(of: video, placement)
        video.hidden = try HiddenStart(of: video.track.samples, beginning: placement.beginning)
        video.earliness = try video.track.samples.earliness()
        var meter = FrameRateMeter(timescale: video.track.timescale)
        var cursor = try video.track.samples.cursor()
        var cuts: [(sample: Int, time: Int64, bytes: Int)] = []
        var end: Int64 = 0
        var next = video.hidden.first
        while let found = try cursor.next() {
            guard found.index >= video.hidden.first else { continue }
            if let last = placement.end, found.decodeTime >= last { break }
            let sample = video.hidden.adjusted(found)
            // A damaged table may show a picture before the stream begins; playlists have no such times.
            let time = max(0, sample.presentationTime + video.shift)
            end = max(end, time + sample.duration)
            guard video.seconds(end) < Self.maximumSeconds else { throw .damaged("the times of frames") }
            let isLong = cuts.last.map {
                video.seconds(time - $0.time) >= limits.targetSeconds || $0.bytes >= limits.targetBytes
            }
            if isLong == nil || (isLong == true && sample.isSync && time > cuts[cuts.count - 1].time) {
                guard cuts.count < limits.maximumSegments else { throw .tooComplex("too many segments") }
                cuts.append((sample.index, time, 0))
            }
            cuts[cuts.count - 1].bytes += sample.size
            next = sample.index + 1
            if sample.index >= video.hidden.shown { meter.add(sample.duration) }
        }
        self.video = video
        self.frameRate = meter.rate
        for (index, cut) in cuts.enumerated() {
            let isLast = index + 1 == cuts.count
            let behind = isLast ? (sample: next, time: end) : (cuts[index + 1].sample, cuts[index + 1].time)
            self.segments.append(
                Segment(
                    start: video.seconds(cut.time),
                    seconds: video.seconds(behind.time - cut.time),
                    bytes: cut.bytes,
                    videoSamples: cut.sample..<behind.sample
                )
            )
        }
    }

    private func shift(of track: StreamTrack, _ placement: Placement) -> Int64 {
        placement.shift + Int64((self.lead * Double(track.track.timescale)).rounded())
    }

    /// Gives each segment the sound that is heard while it is seen; without a picture, cuts the sound itself.
    mutating func add(_ source: StreamTrack, in movie: Movie, limits: Limits) throws(IsoMediaFault) {
        var audio = source
        let placement = try Placement(of: audio.track, in: movie)
        let isAlone = self.segments.isEmpty
        audio.shift = self.shift(of: audio, placement)
        var cursor = try audio.track.samples.cursor()
        var isFirst = true
        var current = 0
        var end = 0.0
        while let sample = try cursor.next() {
            if let last = placement.end, sample.decodeTime >= last { break }
            if isFirst {
                guard sample.decodeTime + audio.shift + sample.duration > 0 else { continue }
                // A frame that begins before the stream does would have a negative time: so it is late, by less than a frame.
                audio.shift = max(audio.shift, -sample.decodeTime)
            }
            let time = audio.seconds(sample.decodeTime + audio.shift)
            end = audio.seconds(sample.decodeTime + audio.shift + sample.duration)
            guard end < Self.maximumSeconds else { throw .damaged("the times of frames") }
            if isAlone {
                if isFirst || time - self.segments[current].start >= limits.targetSeconds {
                    guard self.segments.count < limits.maximumSegments else { throw .tooComplex("too many segments") }
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
            isFirst = false
        }
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
