/// Where a track's media lies on the timeline of its video, as its edit list says.
struct Placement: Hashable, Sendable {
    /// What is added to a presentation time of the media, in ticks of the track.
    var shift: Int64
    /// Where the media begins to be shown, in its own presentation times.
    var beginning: Int64
    /// From this time of the media on nothing is shown any more.
    var end: Int64?

    /// A pause, then one part of the media: what cameras and encoders write. More is a cut video, which only playing it anew in
    /// full would show rightly.
    init(of track: Track, in movie: Movie) throws(IsoMediaFault) {
        var pause: Int64 = 0
        var shown: Edit?
        for edit in track.edits {
            if edit.mediaTime < 0 {
                guard shown == nil else { continue }
                pause += try Self.ticks(edit.duration, of: movie, in: track)
                guard pause < Self.limit else { throw .damaged("an edit list") }
            } else {
                guard shown == nil else { throw .unsupported("a video of several cuts") }
                shown = edit
            }
        }
        self.beginning = shown?.mediaTime ?? 0
        self.shift = pause - self.beginning
        if let shown, shown.duration > 0 {
            // The video's ticks are coarser: up to one of them more.
            self.end = shown.mediaTime + (try Self.ticks(shown.duration + 1, of: movie, in: track))
        }
    }

    /// Far beyond any video, and far from overflowing when a few of them are added.
    private static let limit: Int64 = 1 << 52

    private static func ticks(_ duration: Int64, of movie: Movie, in track: Track) throws(IsoMediaFault) -> Int64 {
        let ticks = (Double(duration) * Double(track.timescale) / Double(movie.timescale)).rounded(.up)
        guard ticks < Double(Self.limit) else { throw .damaged("an edit list") }
        return Int64(ticks)
    }
}
