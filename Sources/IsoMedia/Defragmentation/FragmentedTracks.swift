/// The tracks of a fragmented video, and the tables of all of their samples.
struct FragmentedTracks {
    /// Ticks per second of edit lists.
    let timescale: UInt32
    /// By number.
    private(set) var tables: [UInt32: JoinedTables] = [:]
    private(set) var tracks: [UInt32: Track] = [:]
    private let defaults: [UInt32: FragmentDefaults]
    private var samples = 0

    private static let maximumSamples = 8_000_000

    /// - Parameter content: of the `moov` box, whose own samples come first.
    init(_ content: BoxContent) throws(IsoMediaFault) {
        let movie = try Movie(content)
        self.timescale = movie.timescale
        self.defaults =
            try content.boxes()["mvex"].map { extends throws(IsoMediaFault) in try FragmentDefaults.all(in: extends) }
            ?? [:]
        for track in movie.tracks {
            guard self.tracks[track.number] == nil else { throw .damaged("a track twice") }
            let descriptions = try track.descriptions.boxes(from: 8)
            guard !descriptions.contains(where: { $0.type.bytes.starts(with: Array("enc".utf8)) }) else {
                throw .unsupported("an encrypted track")
            }
            self.tracks[track.number] = track
            var tables = JoinedTables(hasKeyFrames: track.handler == "vide")
            self.samples += track.samples.count
            guard self.samples <= Self.maximumSamples else { throw .tooComplex("\(self.samples) samples") }
            guard track.samples.count == 0 || descriptions.count == 1 else {
                throw .unsupported("several descriptions of samples in moov")
            }
            var cursor = try track.samples.cursor()
            while let sample = try cursor.next() { try tables.add(sample) }
            self.tables[track.number] = tables
        }
    }

    /// Adds the samples of one fragment.
    /// - Parameters:
    ///   - content: of the `moof` box.
    ///   - box: where that box is in the file.
    mutating func add(fragment content: BoxContent, of box: FileBox) throws(IsoMediaFault) {
        for fragment in try FragmentTrack.all(in: content, of: box, defaults: self.defaults) {
            guard !fragment.hasAuxiliaryData else { throw .unsupported("auxiliary data in fragments") }
            guard var tables = self.tables.removeValue(forKey: fragment.track) else {
                throw .damaged("a fragment of no track")
            }
            self.samples += fragment.samples.count
            guard self.samples <= Self.maximumSamples else { throw .tooComplex("\(self.samples) samples") }
            try tables.add(fragment)
            self.tables[fragment.track] = tables
        }
    }
}
