/// How a video is cut into segments that can be played one by one: at key frames, without touching a frame.
///
/// The same video gives the same plan each time, so that segments which are made one by one, whenever somebody asks for them, fit
/// together.
package struct StreamPlan: Hashable, Sendable {
    /// The video track; nil when the stream has sound only.
    package var video: StreamTrack?
    /// The audio track; nil when the stream has no sound.
    package var audio: StreamTrack?
    /// In the order of playing; never empty.
    package var segments: [Segment]
    /// When the video's own time begins, in seconds of the stream.
    ///
    /// Decoding is ahead of showing, and encoders put something in front of the sound: so that no time of the stream is negative,
    /// everything in it is so much later.
    package var lead: Double
    /// Pictures in a second, where they are closest; nil without any.
    package var frameRate: Double?

    /// A part of the video.
    package struct Segment: Hashable, Sendable {
        /// When it begins, in seconds of the video.
        package var start: Double
        /// How long it lasts, in seconds.
        package var seconds: Double
        /// Of its samples.
        package var bytes: Int = 0
        var videoSamples = 0..<0
        var audioSamples = 0..<0
    }

    /// Which tracks are in a stream.
    package enum Selection: Hashable, Sendable {
        /// The picture, and the first sound.
        case main
        /// The sound of the track of this number alone.
        case audio(UInt32)
    }

    /// Where segments are cut, and which videos are refused.
    package struct Limits: Hashable, Sendable {
        /// A segment ends at the first key frame after so many seconds.
        package var targetSeconds: Double
        /// A segment ends at a key frame before that when it has so many bytes.
        package var targetBytes: Int
        /// A video whose key frames lie farther apart is refused.
        package var maximumBytes: Int
        /// So is one with more frames of a track between two key frames, however small they are: each takes memory of its own.
        package var maximumSamples: Int
        /// A video that would have more segments is refused.
        package var maximumSegments: Int

        package init(
            targetSeconds: Double = 6,
            targetBytes: Int = 12 << 20,
            maximumBytes: Int = 56 << 20,
            maximumSamples: Int = 1 << 18,
            maximumSegments: Int = 100_000
        ) {
            self.targetSeconds = targetSeconds
            self.targetBytes = targetBytes
            self.maximumBytes = maximumBytes
            self.maximumSamples = maximumSamples
            self.maximumSegments = maximumSegments
        }
    }

    /// - Throws: ``IsoMediaFault``.
    package init(
        _ movie: Movie,
        selection: Selection = .main,
        limits: Limits = Limits()
    ) throws(IsoMediaFault) {
        let tracks = try StreamableTracks(movie)
        self.segments = []
        self.lead = try Self.lead(of: tracks, in: movie)
        if let video = tracks.video { try self.cut(video, in: movie, limits: limits) }
        switch selection {
        case .main:
            if let audio = tracks.audio.first { try self.add(audio, in: movie, limits: limits) }
        case .audio(let number):
            guard let audio = tracks.audio.first(where: { $0.track.number == number }) else {
                throw .unsupported("no sound track of the number \(number)")
            }
            self.dropVideo()
            try self.add(audio, in: movie, limits: limits)
        }
        guard !self.segments.isEmpty else { throw .unsupported("a video without frames") }
        for segment in self.segments {
            guard segment.bytes <= limits.maximumBytes else {
                throw .unsupported("\(segment.bytes >> 20) MiB between two key frames")
            }
            let samples = max(segment.videoSamples.count, segment.audioSamples.count)
            guard samples <= limits.maximumSamples else {
                throw .tooComplex("\(samples) frames between two key frames")
            }
        }
    }

    /// Whether pictures from before the video's beginning are in the stream, because others need them.
    package var hidesBeginning: Bool { self.video.map { $0.hidden.shown > $0.hidden.first } ?? false }

    /// When the video ends.
    package var seconds: Double { self.segments.last.map { $0.start + $0.seconds } ?? 0 }

    private mutating func dropVideo() {
        self.video = nil
        for index in self.segments.indices {
            self.segments[index].videoSamples = 0..<0
            self.segments[index].bytes = 0
        }
    }
}

/// The tracks of a video that can be streamed.
package struct StreamableTracks: Hashable, Sendable {
    /// The first track whose codec can be streamed, enabled ones before the others; nil when the video has no picture track.
    package var video: StreamTrack?
    /// Those whose codecs can be streamed: the enabled ones first, each group in the order of the file.
    package var audio: [StreamTrack]
    /// Subtitles.
    package var text: [Track]

    /// - Throws: ``IsoMediaFault/unsupportedCodec(_:)`` where there is a picture, or sound, but only in other codecs.
    package init(_ movie: Movie) throws(IsoMediaFault) {
        self.video = try Self.streamable(movie, "vide", number: 1).first
        self.audio = try Self.streamable(movie, "soun", number: 2)
        let chapters = movie.chapterTracks
        // Disabled ones can be chosen only where they are one of several.
        self.text = movie.tracks.filter { track in
            track.isTimedText && !chapters.contains(track.number) && (track.isEnabled || track.alternateGroup != 0)
        }
        guard self.video != nil || !self.audio.isEmpty else { throw .unsupported("neither picture nor sound") }
    }

    private static func streamable(
        _ movie: Movie,
        _ handler: FourCC,
        number: UInt32
    ) throws(IsoMediaFault) -> [StreamTrack] {
        let candidates = movie.tracks.filter { $0.handler == handler && $0.samples.count > 0 }
        // The enabled ones first, each group in the order of the file.
        let ordered = candidates.filter(\.isEnabled) + candidates.filter { !$0.isEnabled }
        var tracks: [StreamTrack] = []
        var failure: IsoMediaFault?
        for track in ordered {
            do throws(IsoMediaFault) {
                tracks.append(StreamTrack(track: track, entry: try SampleEntry(of: track), number: number))
            } catch {
                failure = failure ?? error
            }
        }
        if tracks.isEmpty, let failure { throw failure }
        return tracks
    }
}
