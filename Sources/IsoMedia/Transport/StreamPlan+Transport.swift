package import Primitives

extension StreamPlan {
    /// Whether players take the stream only in a transport stream: browsers know MP3 in one, and not in fragments.
    package var needsTransportStream: Bool { self.audio?.entry.isMP3 ?? false }

    /// What is added to all times in a transport stream, in ticks of 1/90,000 s: the clock runs ahead of what it is for.
    package static let transportDelay: Int64 = 90_000

    /// Of a segment. Its frames have less than half of that: the rest would be parameter sets, which each key frame repeats.
    private static let maximumTransportBytes = 128 << 20

    /// One segment as a transport stream.
    /// - Parameter index: counted from 0.
    package func transportSegment(_ index: Int, reading source: some ByteSource) throws(IsoMediaFault) -> Assembly {
        guard self.segments.indices.contains(index) else { throw .unsupported("no segment \(index)") }
        var streams: [(identifier: UInt16, type: UInt8)] = []
        if let video = self.video {
            streams.append((ProgramTables.video, video.entry.codec.hasPrefix("avc") ? 0x1B : 0x24))
        }
        if let audio = self.audio {
            guard audio.entry.isMP3 else { throw .unsupportedCodec(audio.entry.codec) }
            streams.append((ProgramTables.sound, 0x03))
        }
        var packets = TransportPackets()
        packets.write(section: ProgramTables.association, identifier: 0)
        packets.write(section: ProgramTables.map(streams), identifier: ProgramTables.map)

        var pictures = try self.video.map { track throws(IsoMediaFault) in
            try Feed(track, self.segments[index].videoSamples, groupSize: 1)
        }
        var sounds = try self.audio.map { track throws(IsoMediaFault) in
            try Feed(track, self.segments[index].audioSamples, groupSize: 6)
        }
        let sets = try self.video.map { track throws(IsoMediaFault) in try ParameterSets(of: track.entry) }
        let carriesClock = self.video == nil
        // In the order of decoding, all streams together.
        while true {
            guard packets.bytes.count < Self.maximumTransportBytes else { throw .tooComplex("a segment of 128 MiB") }
            let isPicture: Bool
            switch (pictures?.time, sounds?.time) {
            case (nil, nil): return Assembly(written: packets.bytes)
            case (_?, nil): isPicture = true
            case (nil, _?): isPicture = false
            case (let picture?, let sound?): isPicture = picture <= sound
            }
            if isPicture, let sets, let sample = pictures?.next().first, let video = self.video {
                let bytes = try sets.picture(
                    source.read(at: sample.offset, count: sample.size),
                    isKeyFrame: sample.isSync
                )
                let decode = video.ticks(sample.decodeTime)
                let presentation = video.ticks(sample.presentationTime)
                packets.write(
                    ElementaryPacket(
                        stream: 0xE0,
                        content: bytes,
                        presentation: presentation,
                        decode: decode == presentation ? nil : decode,
                        isKeyFrame: sample.isSync
                    ),
                    identifier: ProgramTables.video,
                    clock: decode - Self.transportDelay / 2,
                    isLast: pictures?.time == nil
                )
            } else if let samples = sounds?.next(), let first = samples.first, let audio = self.audio {
                var bytes: [UInt8] = []
                for sample in samples { bytes += try source.read(at: sample.offset, count: sample.size) }
                let time = audio.ticks(first.presentationTime)
                packets.write(
                    ElementaryPacket(
                        stream: 0xC0,
                        content: bytes,
                        presentation: time,
                        decode: nil,
                        isKeyFrame: true
                    ),
                    identifier: ProgramTables.sound,
                    clock: carriesClock ? time - Self.transportDelay / 2 : nil,
                    isLast: sounds?.time == nil
                )
            }
        }
    }

    /// The samples of one track in a segment, some at a time.
    private struct Feed {
        private let track: StreamTrack
        private var samples: ArraySlice<Sample>
        private let groupSize: Int

        init(_ track: StreamTrack, _ range: Range<Int>, groupSize: Int) throws(IsoMediaFault) {
            self.track = track
            self.groupSize = groupSize
            self.samples = try track.streamSamples(in: range)[...]
        }

        /// When the next ones are decoded.
        var time: Int64? { self.samples.first.map { self.track.ticks($0.decodeTime) } }

        mutating func next() -> ArraySlice<Sample> {
            defer { self.samples = self.samples.dropFirst(self.groupSize) }
            return self.samples.prefix(self.groupSize)
        }
    }
}

extension StreamTrack {
    /// A time of the file in ticks of 1/90,000 s of a transport stream.
    fileprivate func ticks(_ time: Int64) -> Int64 {
        Int64((self.seconds(time + self.shift) * 90_000).rounded()) + StreamPlan.transportDelay
    }
}

extension SampleEntry {
    fileprivate var isMP3: Bool { self.codec == "mp4a.40.34" }
}
