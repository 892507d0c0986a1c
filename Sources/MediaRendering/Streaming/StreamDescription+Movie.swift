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
        let further = try Self.furtherSound(audio.dropFirst(), of: file, overhead: overhead)
        self.init(
            container: container,
            codecs: Self.codecs([plan.video, plan.audio].compactMap(\.self) + audio),
            dimensions: plan.video.flatMap(Self.dimensions),
            framesPerSecond: plan.frameRate.map { ($0 * 1000).rounded() / 1000 },
            videoRange: plan.video?.entry.videoRange?.rawValue,
            peakBitRate: Int((rates.max() ?? 0) + further.peak),
            averageBitRate: Int(Double(bytes) * 8 * overhead / max(plan.seconds, 0.1) + further.average),
            segmentSeconds: Self.lengths(of: plan),
            lead: plan.leadTicks,
            audio: audio.map { Track(number: Int($0.track.number), language: $0.track.language) },
            captions: tracks.text.map { track in
                Track(number: Int(track.number), language: track.language, isForced: track.isForced)
            },
            startSeconds: plan.hidesBeginning ? plan.lead : nil
        )
    }

    /// Each once, also those of further sounds (RFC 8216 section 4.3.4.2).
    private static func codecs(_ tracks: [IsoMedia.StreamTrack]) -> [String] {
        var seen: Set<String> = []
        return tracks.map(\.entry.codec).filter { seen.insert($0).inserted }
    }

    /// What a player loads at most when it plays another sound beside the main segments.
    private static func furtherSound(
        _ tracks: some Sequence<IsoMedia.StreamTrack>,
        of file: MovieFile,
        overhead: Double
    ) throws(IsoMediaFault) -> (peak: Double, average: Double) {
        var (peak, average) = (0.0, 0.0)
        for track in tracks.prefix(Self.maximumSoundsMeasured) {
            let plan = try StreamPlan(file.movie, selection: .audio(track.track.number))
            for segment in plan.segments {
                peak = max(peak, Double(segment.bytes) * 8 * overhead / max(segment.seconds, 0.1))
            }
            let bytes = plan.segments.reduce(0) { $0 + $1.bytes }
            average = max(average, Double(bytes) * 8 * overhead / max(plan.seconds, 0.1))
        }
        return (peak, average)
    }

    private static let maximumSoundsMeasured = 16

    /// The first one also lasts from the video's beginning to its first picture or sound: players reckon from 0.
    private static func lengths(of plan: StreamPlan) -> [Double] {
        var lengths = plan.segments.map { max(0, ($0.seconds * 1_000_000).rounded() / 1_000_000) }
        let late = (plan.segments.first?.start ?? 0) - plan.lead
        if late > 0.001, !lengths.isEmpty { lengths[0] += (late * 1_000_000).rounded() / 1_000_000 }
        return lengths
    }

    private static func dimensions(of video: IsoMedia.StreamTrack) -> PixelSize? {
        video.shownSize.map { PixelSize(width: $0.width, height: $0.height) }
    }
}

extension StreamPlan {
    /// ``StreamPlan/lead`` in ticks of 1/90,000 s, as the segments are packed.
    var leadTicks: Int {
        Int((self.lead * 90_000).rounded()) + (self.needsTransportStream ? Int(Self.transportDelay) : 0)
    }
}
