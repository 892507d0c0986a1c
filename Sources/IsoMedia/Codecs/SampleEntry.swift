/// How a track's samples are coded: an entry of `stsd` (section 8.5.2), written anew in the form that streams have.
package struct SampleEntry: Hashable, Sendable {
    /// The whole box for an initialisation segment.
    var box: [UInt8]
    /// As in `CODECS` of a playlist (RFC 6381 section 3.3): `avc1.64001f`, `mp4a.40.2`.
    package var codec: String
    /// Pixels, before turning; nil for sound.
    package var dimensions: (width: Int, height: Int)? {
        self.width > 0 && self.height > 0 ? (self.width, self.height) : nil
    }
    /// How bright the brightest is; nil for sound.
    package var videoRange: VideoRange?
    /// Of sound.
    package var channels: Int?

    /// Width to height of a pixel (`pasp`); nil where the entry says none.
    var pixelShape: (width: Int, height: Int)? {
        get { self.pixelWidth > 0 && self.pixelHeight > 0 ? (self.pixelWidth, self.pixelHeight) : nil }
        set { (self.pixelWidth, self.pixelHeight) = newValue ?? (0, 0) }
    }
    private var pixelWidth = 0
    private var pixelHeight = 0

    var width = 0
    var height = 0

    /// `VIDEO-RANGE` of a playlist (RFC 8216bis section 4.4.6.2).
    package enum VideoRange: String, Hashable, Sendable {
        case standard = "SDR"
        case hybridLogGamma = "HLG"
        case perceptualQuantizer = "PQ"
    }

    /// - Throws: ``IsoMediaFault/unsupportedCodec(_:)``, or `unsupported` where a track changes its coding on the way.
    init(of track: Track) throws(IsoMediaFault) {
        let entries = try track.descriptions.boxes(from: 8)
        guard let entry = entries.first else { throw .damaged("a track without a codec") }
        guard entries.count == 1 else { throw .unsupported("a track of several codings") }
        switch (track.handler, entry.type) {
        case ("vide", "avc1"), ("vide", "avc3"), ("vide", "hvc1"), ("vide", "hev1"): try self.init(video: entry)
        case ("soun", "mp4a"): try self.init(sound: entry, timescale: track.timescale)
        default: throw .unsupportedCodec("\(entry.type)")
        }
    }

    init(box: [UInt8], codec: String) {
        self.box = box
        self.codec = codec
    }
}
