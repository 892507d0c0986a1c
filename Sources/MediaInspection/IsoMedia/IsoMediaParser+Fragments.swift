import IsoMedia

extension IsoMediaParser {
    /// The bytes of one `moof` at most: an hour in one fragment has so many.
    private static var maximumFragmentBytes: Int64 { 4 << 20 }

    /// Counts what one `moof` lists (section 8.8.4). One that cannot be read is passed over: what it lists is not shown either.
    /// - Throws: ``ContainerFault/unreadable(_:)`` and ``ContainerFault/tooComplex(_:)``.
    mutating func fragment(_ box: FileBox, of movie: inout IsoMediaFacts.Movie) throws(ContainerFault) {
        guard box.end - box.content <= Self.maximumFragmentBytes else { return }
        let fragment = try self.reader.read(at: box.content, upTo: Int(box.end - box.content))
        for (type, content) in fragment.boxes where type == "traf" {
            var number: UInt32?
            var usual: UInt32?
            for (type, content) in content.boxes {
                let index = number.flatMap { number in movie.tracks.firstIndex { $0.number == number } }
                switch (type, index) {
                case ("tfhd", _):
                    number = content.u32(4)
                    let flags = content.u32(0) ?? 0
                    // Before it: where the data begins (8 bytes) and which description counts (4).
                    let place = 8 + (flags & 1 != 0 ? 8 : 0) + (flags & 2 != 0 ? 4 : 0)
                    usual = flags & 8 != 0 ? content.u32(place) : nil
                case ("tfdt", let index?):
                    let time = content.u8(0) == 1 ? content.u64(4) : content.u32(4).map(UInt64.init)
                    if let time, time < 1 << 52 { movie.tracks[index].times.decodeEnd = Int64(time) }
                case ("trun", let index?):
                    let duration = usual ?? movie.tracks[index].times.defaultDuration
                    movie.tracks[index].times.count(run: content, usual: duration)
                default: break
                }
            }
        }
    }
}

extension ByteFields {
    /// The boxes that lie one after the other in these bytes; ends at the first that is none.
    var boxes: [(type: FourCC, content: ByteFields)] {
        var boxes: [(type: FourCC, content: ByteFields)] = []
        var position = 0
        while let size = self.u32(position), let type = self.fourCC(position + 4), size >= 8,
            Int(size) <= self.count - position
        {
            boxes.append((type, ByteFields(Array(self.bytes[position + 8..<position + Int(size)]))))
            position += Int(size)
        }
        return boxes
    }
}

extension IsoMediaFacts.Movie {
    /// From the first moment of what lies in fragments to the last; nil where nothing does.
    var secondsInFragments: Double? {
        let shown = self.tracks.filter { ["vide", "soun"].contains($0.handler) }.compactMap(\.times.shown)
        guard let end = shown.map(\.upperBound).max(), let start = shown.map(\.lowerBound).min() else { return nil }
        // Tracks without fragments may be longer: moov lists them.
        let listed = self.tracks.filter { $0.times.samplesInFragments == 0 && $0.times.samples > 0 }
        return max(end - start, listed.compactMap(\.durationSeconds).max() ?? 0)
    }

    /// Pictures per second, counted in fragments; nil where none lie there.
    var frameRateInFragments: Double? { self.picture?.times.rate }
}
