/// What a Matroska or WebM file says about itself.
struct MatroskaFacts: Hashable {
    /// `webm`, `matroska`.
    var documentType: String
    /// Nil where the file does not say, as in live recordings.
    var durationSeconds: Double?
    /// Nanoseconds of a tick of the segment.
    var timestampScale: UInt64 = 1_000_000
    /// Pixels of the first video track, as shown.
    var width: Int?
    var height: Int?
    var hasVideo = false
    var hasAudio = false
    /// The segment says that it reaches past the end of the file.
    var isTruncated = false
}
