import IsoMedia
import Primitives

/// A fragmented MP4 made here, out of the frames of a ``TestFilm``: how its samples are told of can be chosen.
struct TestFragments {
    /// How a fragment says where its media lies.
    enum Base: CaseIterable {
        case movieFragment
        case defaultBaseIsMoof
        case explicit
    }

    var base = Base.defaultBaseIsMoof
    /// Fragments of so many pictures and twice as many sounds.
    var fragments = 4
    var pictures = 10
    /// Runs in a fragment and track.
    var runs = 1
    var hasSizes = true
    /// Before the first fragment, and between two of them, in pictures.
    var lateness: UInt64 = 0
    var gap: UInt64 = 0
    var hasDecodeTimes = true
    /// Of pictures by their place in the fragment, in ticks.
    var compositionOffsets: [Int32] = []
    /// Of `tkhd`'s track: media time and what is shown before it, in ticks of the movie.
    var edit: (pause: UInt32, mediaTime: Int32)?
    var trackExtras: [FourCC] = []
    var entry: [UInt8] = Entries.advancedVideo
    var front: [UInt8] = []
    var back: [UInt8] = []

    static let length: UInt32 = 3600

    var bytes: [UInt8] {
        var bytes = TestFilm.box("ftyp") { $0.append(Array("iso5\0\0\0\0iso5".utf8)) } + self.movie + self.front
        for index in 0..<self.fragments {
            let media = (0..<self.pictures).flatMap { TestFilm.frame(index * self.pictures + $0) }
            let fragment = self.fragment(index, at: bytes.count, headBytes: 0)
            bytes += self.fragment(index, at: bytes.count, headBytes: fragment.count)
            bytes += TestFilm.box("mdat") { $0.append(media) }
        }
        return bytes + self.back
    }

    private var movie: [UInt8] {
        var film = TestFilm(frames: 0, hasSound: false, videoEntry: self.entry)
        film.tableExtras = []
        var moov = BoxContentEditor(film.index(mediaAt: 0))
        if let edit { moov.insert(Self.edits(edit), inFrontOf: "mdia") }
        moov.append(
            TestFilm.box("mvex") { writer in
                writer.fullBox("trex") { writer in
                    for value: UInt32 in [1, 1, Self.length, UInt32(TestFilm.frameSize), 0x101_0000] {
                        writer.u32(value)
                    }
                }
            }
        )
        return moov.bytes
    }

    private static func edits(_ edit: (pause: UInt32, mediaTime: Int32)) -> [UInt8] {
        TestFilm.box("edts") { writer in
            writer.fullBox("elst") { writer in
                writer.u32(edit.pause > 0 ? 2 : 1)
                if edit.pause > 0 { for value: UInt32 in [edit.pause, .max, 0x10000] { writer.u32(value) } }
                for value: UInt32 in [0, UInt32(bitPattern: edit.mediaTime), 0x10000] { writer.u32(value) }
            }
        }
    }

    private func fragment(_ index: Int, at start: Int, headBytes: Int) -> [UInt8] {
        let time = self.lateness + UInt64(index) * (UInt64(self.pictures) + self.gap)
        return TestFilm.box("moof") { writer in
            writer.fullBox("mfhd") { $0.u32(UInt32(index + 1)) }
            writer.box("traf") { writer in
                let flags: UInt32 = [.movieFragment: 0, .defaultBaseIsMoof: 0x2_0000, .explicit: 1][self.base] ?? 0
                writer.fullBox("tfhd", flags: flags) { writer in
                    writer.u32(1)
                    if self.base == .explicit { writer.u64(UInt64(start)) }
                }
                if self.hasDecodeTimes {
                    writer.fullBox("tfdt", version: 1) { $0.u64(time * UInt64(Self.length)) }
                }
                for type in self.trackExtras { writer.box(type) { $0.zeros(8) } }
                for run in 0..<self.runs { self.writeRun(run, headBytes: headBytes, to: &writer) }
            }
        }
    }

    private func writeRun(_ run: Int, headBytes: Int, to writer: inout BoxWriter) {
        let count = self.pictures / self.runs
        // The first says where it lies; those behind it follow.
        var flags: UInt32 = run == 0 ? 0x5 : 0
        if self.hasSizes { flags |= 0x200 }
        if !self.compositionOffsets.isEmpty { flags |= 0x800 }
        writer.fullBox("trun", version: 1, flags: flags) { writer in
            writer.u32(UInt32(count))
            if run == 0 {
                writer.u32(UInt32(headBytes + 8))
                writer.u32(0x200_0000)
            }
            for sample in 0..<count {
                if self.hasSizes { writer.u32(UInt32(TestFilm.frameSize)) }
                if !self.compositionOffsets.isEmpty {
                    let offset = self.compositionOffsets[(run * count + sample) % self.compositionOffsets.count]
                    writer.u32(UInt32(bitPattern: offset))
                }
            }
        }
    }
}

/// Puts boxes into a `moov` box of one track.
private struct BoxContentEditor {
    private(set) var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// At the end of `moov`.
    mutating func append(_ box: [UInt8]) {
        self.bytes += box
        self.grow(at: 0, by: box.count)
    }

    /// Into `trak`.
    mutating func insert(_ box: [UInt8], inFrontOf type: String) {
        guard let place = self.bytes.firstRange(of: Array(type.utf8)),
            let track = self.bytes.firstRange(of: Array("trak".utf8))
        else { return }
        self.bytes.insert(contentsOf: box, at: place.lowerBound - 4)
        self.grow(at: 0, by: box.count)
        self.grow(at: track.lowerBound - 4, by: box.count)
    }

    private mutating func grow(at position: Int, by count: Int) {
        let size = self.bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) } + count
        for index in 0..<4 { self.bytes[position + index] = UInt8(truncatingIfNeeded: size >> (24 - 8 * index)) }
    }
}
