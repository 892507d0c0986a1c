import CLibav

/// Between a stream's ticks and the seconds of the movie, as players count them.
///
/// MP4, QuickTime, Matroska and AVI have a timeline of their own, and the movie begins at its zero, however late the first frame comes.
/// The timestamps of transport and program streams and of Ogg are those of a clock that ran before the recording: there the movie
/// begins with its first packet. Browsers count so (HTML, "Offsets into the media resource"), and FFmpeg's own tools.
struct MovieClock {
    /// Of one tick.
    let secondsPerTick: Double
    /// The timestamp of the movie's beginning, in seconds.
    let zero: Double
    /// When the stream's first frame is shown, in seconds of the movie.
    let first: Double
    /// Where the movie ends, in seconds; nil where the container does not say.
    let end: Double?

    init(_ stream: UnsafeMutablePointer<AVStream>, in context: UnsafeMutablePointer<AVFormatContext>) {
        let base = stream.pointee.time_base
        self.secondsPerTick = base.den > 0 && base.num > 0 ? Double(base.num) / Double(base.den) : 0
        let start = Self.seconds(context.pointee.start_time) ?? 0
        let hasOwnTimeline = context.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT == 0
        // Where frames begin before the timeline does, players move it.
        let zero = hasOwnTimeline ? min(0, start) : start
        self.zero = zero
        let ticks = stream.pointee.start_time
        self.first = ticks == clibav_no_timestamp() ? 0 : Double(ticks) * self.secondsPerTick - zero
        self.end = Self.seconds(context.pointee.duration).map { $0 + start - zero }
    }

    /// The moment of a timestamp, in seconds of the movie; nil for none.
    func seconds(_ ticks: Int64) -> Double? {
        ticks == clibav_no_timestamp() ? nil : Double(ticks) * self.secondsPerTick - self.zero
    }

    /// The timestamp of a moment.
    func ticks(_ seconds: Double) -> Int64 {
        guard self.secondsPerTick > 0 else { return 0 }
        return Int64(exactly: ((seconds + self.zero) / self.secondsPerTick).rounded(.down)) ?? 0
    }

    /// Of FFmpeg's own time base (`AV_TIME_BASE`).
    private static func seconds(_ microseconds: Int64) -> Double? {
        microseconds == clibav_no_timestamp() ? nil : Double(microseconds) / Double(AV_TIME_BASE)
    }
}
