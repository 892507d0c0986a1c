import IsoMedia
import MediaCore

extension StreamDescription {
    /// - Throws: ``IsoMediaFault``: the video cannot be streamed.
    init(of file: MovieFile) throws(IsoMediaFault) {
        let plan = try StreamPlan(file.movie)
        let tracks = try StreamableTracks(file.movie)
        let container: StreamContainer = plan.needsTransportStream ? .transport : .fragments
        // What the packing adds, generously: playlists give an upper bound.
        let overhead = container == .transport ? 1.08 : 1.02
        let rates = plan.segments.map { Double($0.bytes) * 8 * overhead / max($0.seconds, 0.1) }
        let bytes = plan.segments.reduce(0) { $0 + $1.bytes }
        // Other languages in segments of their own are to be had of fragments only.
        let audio = container == .fragments ? tracks.audio : Array(tracks.audio.prefix(1))
        self.init(
            container: container,
            codecs: [plan.video, plan.audio].compactMap(\.?.entry.codec),
            dimensions: plan.video.flatMap(Self.dimensions),
            framesPerSecond: plan.video.flatMap { Self.rate(of: $0, for: plan.videoSeconds) },
            videoRange: plan.video?.entry.videoRange?.rawValue,
            peakBitRate: Int(rates.max() ?? 0),
            averageBitRate: Int(Double(bytes) * 8 * overhead / max(plan.seconds, 0.1)),
            segmentSeconds: plan.segments.map { max(0, ($0.seconds * 1_000_000).rounded() / 1_000_000) },
            lead: plan.leadTicks,
            audio: audio.map { Track(number: Int($0.track.number), language: $0.track.language) },
            captions: tracks.text.map { Track(number: Int($0.number), language: $0.language) }
        )
    }

    private static func dimensions(of video: IsoMedia.StreamTrack) -> PixelSize? {
        guard let size = video.entry.dimensions else { return nil }
        let isTurned = video.track.rotation % 180 != 0
        return isTurned
            ? PixelSize(width: size.height, height: size.width) : PixelSize(width: size.width, height: size.height)
    }

    private static func rate(of video: IsoMedia.StreamTrack, for seconds: Double) -> Double? {
        guard seconds > 0.1, video.track.samples.count > 1 else { return nil }
        return (Double(video.track.samples.count) / seconds * 1000).rounded() / 1000
    }
}

extension StreamPlan {
    /// ``StreamPlan/lead`` in ticks of 1/90,000 s, as the segments are packed.
    var leadTicks: Int {
        Int((self.lead * 90_000).rounded()) + (self.needsTransportStream ? Int(Self.transportDelay) : 0)
    }
}
