/// What a `moov` box says (ISO/IEC 14496-12 section 8.2.1).
package struct Movie: Hashable, Sendable {
    /// Ticks per second of edit lists.
    package var timescale: UInt32
    /// In the order of the file; at most 256.
    package var tracks: [Track]

    /// The tracks that are nothing but the chapters of others.
    package var chapterTracks: Set<UInt32> { self.tracks.reduce(into: []) { $0.formUnion($1.chapterTracks) } }

    /// - Parameter content: of the `moov` box.
    init(_ content: BoxContent) throws(IsoMediaFault) {
        let boxes = try content.boxes()
        guard boxes["cmov"] == nil else { throw .unsupported("a compressed index") }
        let header = try boxes.required("mvhd")
        self.timescale = try header.u32(try header.u8(0) == 1 ? 20 : 12)
        guard self.timescale > 0 else { throw .damaged("a movie without a timescale") }
        self.tracks = []
        for box in boxes where box.type == "trak" {
            guard self.tracks.count < 256 else { throw .tooComplex("more than 256 tracks") }
            self.tracks.append(try Track(box.content))
        }
    }
}
