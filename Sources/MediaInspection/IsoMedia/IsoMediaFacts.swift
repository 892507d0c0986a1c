import IsoMedia

/// What the boxes of an MP4, QuickTime or HEIF file say about it.
struct IsoMediaFacts: Hashable {
    /// `ftyp`; nil in old QuickTime files.
    var brands: FileTypeBrands?
    /// `moov`; nil in still pictures.
    var movie: Movie?
    /// `moov` comes before the first `mdat`; nil where one of them is missing.
    var isProgressive: Bool?
    /// There is a box of media, `mdat`.
    var hasMediaData = false

    /// How many pictures a sequence has: an AVIF or HEIF whose major brand says that it moves (ISO/IEC 23008-12 section 10, AVIF 1.1
    /// section 6). Of other files decoders show the still picture, also where a sequence lies beside it.
    var sequenceFrames: Int? {
        guard self.brands?.isSequence == true else { return nil }
        let track = self.movie?.tracks.first { $0.handler == "pict" || $0.handler == "vide" }
        guard let count = track?.times.samples, count > 1 else { return nil }
        // A header claims what it likes; no decoder was asked.
        return min(count, 1_000_000)
    }

    struct Movie: Hashable {
        /// Nil where the file does not say, as in live recordings.
        var durationSeconds: Double?
        var tracks: [Track] = []
        /// The header is compressed (QuickTime's `cmov`): nothing more is known of it here.
        var isCompressed = false

        /// The first enabled video track with a size, else the first with a size.
        var picture: Track? {
            let visible = self.tracks.filter { $0.handler == "vide" && $0.width > 0 && $0.height > 0 }
            return visible.first(where: \.isEnabled) ?? visible.first
        }

        var hasVideo: Bool { self.tracks.contains { $0.handler == "vide" } }
        var hasAudio: Bool { self.tracks.contains { $0.handler == "soun" } }
    }

    struct Track: Hashable {
        /// `track_ID`.
        var number: UInt32 = 0
        var isEnabled = true
        /// Pixels, as shown: after the rotation that the track asks for.
        var width = 0
        var height = 0
        /// `vide`, `soun`, ...
        var handler: FourCC = "    "
        var durationSeconds: Double?
        /// Of what lies in fragments.
        var times = FragmentTimes()
    }
}
