/// When the tracks of a plain video are shown, so that every sample keeps the time that it had in fragments (section 8.6.6).
///
/// In fragments a track may begin at any time (`tfdt`); the tables of a plain video begin at zero, and an edit list says the rest.
struct PlainEdits {
    /// Ticks per second of the edit lists, and of the lengths in the index.
    let timescale: UInt32
    /// By track: its edit list, empty where none is needed.
    private(set) var edits: [UInt32: [Edit]] = [:]
    /// By track: how long it is shown, in ticks of the edit lists.
    private(set) var durations: [UInt32: Int64] = [:]

    /// Of a track: what its edit list shows before it, in ticks of the movie, and what comes after that, in ticks of the track.
    private struct Beginning {
        var pause: Int64 = 0
        var delay: Int64 = 0
        var cut: Int64 = 0
        var hadEdits = false
    }

    init(_ fragmented: FragmentedTracks) throws(IsoMediaFault) {
        var beginnings: [UInt32: Beginning] = [:]
        for (number, track) in fragmented.tracks {
            guard let tables = fragmented.tables[number], !tables.isEmpty else { continue }
            beginnings[number] = try Self.beginning(of: track, start: tables.start)
        }
        self.timescale = Self.timescale(fragmented, beginnings)
        for (number, beginning) in beginnings {
            guard let track = fragmented.tracks[number], let tables = fragmented.tables[number] else { continue }
            let pause =
                try self.ticks(beginning.pause, per: fragmented.timescale)
                + self.ticks(beginning.delay, per: track.timescale)
            let length = max(tables.end, tables.lastShown) - tables.start - beginning.cut
            let shown = try self.ticks(max(0, length), per: track.timescale, rounding: .up)
            var edits: [Edit] = pause > 0 ? [Edit(duration: pause, mediaTime: -1)] : []
            if beginning.hadEdits || !edits.isEmpty { edits.append(Edit(duration: shown, mediaTime: beginning.cut)) }
            self.edits[number] = edits
            self.durations[number] = pause + shown
        }
    }

    private static func beginning(of track: Track, start: Int64) throws(IsoMediaFault) -> Beginning {
        var beginning = Beginning()
        var edits = track.edits[...]
        if let first = edits.first, first.mediaTime < 0 {
            beginning.pause = first.duration
            edits = edits.dropFirst()
            guard !edits.isEmpty else { throw .unsupported("a track that is not shown") }
        }
        guard edits.count <= 1, (edits.first?.mediaTime ?? 0) >= 0 else {
            throw .unsupported("an edit list in fragments")
        }
        // The length of the edit is that of what the index itself lists, or nothing: players do not heed it.
        let mediaTime = edits.first?.mediaTime ?? 0
        beginning.hadEdits = !track.edits.isEmpty
        beginning.delay = max(0, start - mediaTime)
        beginning.cut = max(0, mediaTime - start)
        guard beginning.delay / Int64(track.timescale) < 86_400 else { throw .unsupported("a beginning a day late") }
        return beginning
    }

    /// The movie's own, if the delays of all tracks are whole numbers in it; else one in which they are, if there is one.
    private static func timescale(_ fragmented: FragmentedTracks, _ beginnings: [UInt32: Beginning]) -> UInt32 {
        var scale = UInt64(fragmented.timescale)
        for (number, beginning) in beginnings.sorted(by: { $0.key < $1.key }) where beginning.delay > 0 {
            guard let own = fragmented.tracks[number].map({ UInt64($0.timescale) }) else { continue }
            if let exact = Self.scaled(UInt64(beginning.delay), scale, own), exact.remainder == 0 { continue }
            let common = scale / Self.greatestCommonDivisor(scale, own) * own
            // Many players read 32 bits, some of them signed.
            scale = common <= 1 << 30 ? common : max(scale, own)
        }
        return UInt32(clamping: scale)
    }

    private enum Rounding {
        case nearest
        case up
    }

    private func ticks(_ value: Int64, per scale: UInt32, rounding: Rounding = .nearest) throws(IsoMediaFault) -> Int64
    {
        guard let (ticks, rest) = Self.scaled(UInt64(value), UInt64(self.timescale), UInt64(scale)), ticks < 1 << 60
        else {
            throw .damaged("the length of a track")
        }
        let isMore = rounding == .up ? rest > 0 : 2 * rest >= UInt64(scale)
        return Int64(ticks) + (isMore ? 1 : 0)
    }

    private static func scaled(
        _ value: UInt64,
        _ factor: UInt64,
        _ divisor: UInt64
    ) -> (ticks: UInt64, remainder: UInt64)? {
        let product = value.multipliedFullWidth(by: factor)
        guard divisor > 0, product.high < divisor else { return nil }
        let (quotient, remainder) = divisor.dividingFullWidth(product)
        return (quotient, remainder)
    }

    private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b > 0 { (a, b) = (b, a % b) }
        return max(1, a)
    }
}
