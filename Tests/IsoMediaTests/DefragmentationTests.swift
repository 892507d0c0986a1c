import IsoMedia
import Primitives
import Testing

@Suite("C3: fragments become a plain video")
struct DefragmentationTests {
    /// Time, length, bytes and kind of every frame.
    private struct Frame: Equatable {
        var shownAt: Int64
        var duration: Int64
        var bytes: [UInt8]
        var isKey: Bool
    }

    private static func plain(_ film: TestFragments) throws -> BytesInMemory {
        let source = BytesInMemory(film.bytes)
        let assembly = try #require(try Defragmentation.assembly(of: source))
        let plain = BytesInMemory(try assembly.file(of: source))
        #expect(Int64(plain.bytes.count) == assembly.count)
        #expect(
            try Defragmentation.assembly(of: plain) == nil && FastStart.assembly(of: plain) == nil,
            "once is enough"
        )
        return plain
    }

    private static func frames(_ film: TestFragments) throws -> [Frame] {
        let plain = try self.plain(film)
        let track = try #require(try MovieFile(reading: plain).movie.tracks.first)
        var (frames, cursor) = ([Frame](), try track.samples.cursor())
        while let sample = try cursor.next() {
            frames.append(
                Frame(
                    shownAt: sample.presentationTime,
                    duration: sample.duration,
                    bytes: try plain.bytes(at: sample.offset, count: sample.size),
                    isKey: sample.isSync
                )
            )
        }
        return frames
    }

    @Test(
        "C3: whichever way a fragment says where its media lies, in several runs, with sizes or without",
        arguments: TestFragments.Base.allCases
    )
    func places(base: TestFragments.Base) throws {
        let ways: [(Int, Bool, Bool)] = [(1, true, true), (2, true, true), (5, false, true), (1, false, false)]
        for (runs, hasSizes, hasTimes) in ways {
            let film = TestFragments(base: base, runs: runs, hasSizes: hasSizes, hasDecodeTimes: hasTimes)
            let frames = try Self.frames(film)
            let times: [Int64] = (0..<40).map { $0 * 3600 }
            let keys: [Bool] = (0..<40).map { $0 % 10 == 0 }
            #expect(frames.map(\.bytes) == (0..<40).map(TestFilm.frame))
            #expect(frames.map(\.shownAt) == times)
            #expect(frames.map(\.isKey) == keys)
        }
    }

    @Test("C3: a fragment that begins later or earlier than the one before it ends keeps its time")
    func gaps() throws {
        let frames = try Self.frames(TestFragments(gap: 3))
        let times: [Int64] = (0..<40).map { Int64($0 + $0 / 10 * 3) * 3600 }
        #expect(frames.map(\.shownAt) == times)
        #expect([8, 9, 39].map { frames[$0].duration } == [3600, 14_400, 3600])
    }

    @Test("C3: composition offsets, negative ones too")
    func compositionOffsets() throws {
        for offsets: [Int32] in [[3600, 7200, 0, 0, 0], [0, 3600, -3600, 0, -7200]] {
            let frames = try Self.frames(TestFragments(compositionOffsets: offsets))
            let times: [Int64] = (0..<40).map { Int64($0) * 3600 + Int64(offsets[$0 % 5]) }
            #expect(frames.map(\.shownAt) == times)
        }
    }

    @Test("C3: what begins late is shown late, exactly, whatever the movie counts in")
    func late() throws {
        // 7 pictures at 25 a second are 280 ms; edits in thousandths.
        let whole = try Self.boxes(TestFragments(lateness: 7))
        #expect(whole["elst"] == [0, 2, 280, .max, 0x10000, 1600, 0, 0x10000])
        #expect(whole["mvhd"]?[3] == 1000)
        #expect(whole["mvhd"]?[4] == 1880)
        #expect(whole["tkhd"]?[5] == 1880)
        #expect(whole["mdhd"]?[3] == 90_000)
        #expect(whole["mdhd"]?[4] == 144_000)
        let cut = try Self.boxes(TestFragments(edit: (pause: 500, mediaTime: 7200)))
        #expect(cut["elst"] == [0, 2, 500, .max, 0x10000, 1520, 7200, 0x10000])
        let both = try Self.boxes(TestFragments(lateness: 7, edit: (pause: 0, mediaTime: 3600)))
        #expect(both["elst"] == [0, 2, 240, .max, 0x10000, 1600, 0, 0x10000])
        #expect(try Self.boxes(TestFragments())["elst"] == nil)
        // A third of a millisecond more: the movie counts in ticks that divide it.
        var odd = TestFragments(lateness: 1)
        odd.edit = (pause: 0, mediaTime: 30)
        let exact = try Self.boxes(odd)
        let (scale, pause) = (try #require(exact["mvhd"]?[3]), try #require(exact["elst"]?[2]))
        #expect(UInt64(pause) * 90_000 == 3570 * UInt64(scale))
    }

    /// The fields of some boxes as numbers of four bytes.
    private static func boxes(_ film: TestFragments) throws -> [String: [UInt32]] {
        let bytes = try self.plain(film).bytes
        var boxes: [String: [UInt32]] = [:]
        for name in ["elst", "mvhd", "tkhd", "mdhd"] {
            guard let place = bytes.firstRange(of: Array(name.utf8)) else { continue }
            let size = bytes[place.lowerBound - 4..<place.lowerBound].reduce(0) { $0 << 8 | Int($1) } - 8
            boxes[name] = stride(from: 0, to: size - 3, by: 4).map { offset in
                let start = place.upperBound + offset
                return bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            }
        }
        return boxes
    }

    @Test("C3: boxes that nobody knows stay, those of fragments go")
    func otherBoxes() throws {
        let unknown = TestFilm.box("uuid") { $0.append(Array("who knows".utf8)) }
        let random = TestFilm.box("mfra") { $0.zeros(8) }
        let plain = try Self.plain(TestFragments(front: unknown, back: random + unknown)).bytes
        #expect(plain.ranges(of: unknown).count == 2)
        for name in ["mfra", "moof", "mvex", "trex"] { #expect(plain.firstRange(of: Array(name.utf8)) == nil) }
    }

    @Test("C3: encrypted tracks, auxiliary data, times that go back and media that is not there are refused")
    func refused() throws {
        let encrypted = TestFragments(entry: Entries.video("encv", "avcC", [1, 2, 3, 4]))
        for film in [
            encrypted, TestFragments(trackExtras: ["senc"]), TestFragments(trackExtras: ["saio"]),
            TestFragments(edit: (pause: 0, mediaTime: -1)), TestFragments(lateness: 1 << 40),
        ] {
            #expect(throws: IsoMediaFault.self) { try Defragmentation.assembly(of: BytesInMemory(film.bytes)) }
        }
        let bytes = TestFragments().bytes
        #expect(throws: IsoMediaFault.self) {
            try Defragmentation.assembly(of: BytesInMemory(bytes + TestFilm().index(mediaAt: 0)))
        }
        #expect(try Defragmentation.assembly(of: BytesInMemory(TestFilm().bytes)) == nil)
    }

    @Test("C3: fragments that were cut off or changed anywhere are refused or come out sound")
    func broken() throws {
        let bytes = TestFragments(runs: 2, compositionOffsets: [3600, -3600]).bytes
        for count in stride(from: 9, to: bytes.count, by: 5) { try Self.check(Array(bytes.prefix(count))) }
        for index in bytes.indices {
            for value: UInt8 in [0, 0x7F, 0xFF] {
                var changed = bytes
                changed[index] = value
                try Self.check(changed)
            }
        }
    }

    private static func check(_ bytes: [UInt8]) throws {
        let source = BytesInMemory(bytes)
        guard let assembly = try? Defragmentation.assembly(of: source) else { return }
        let plain = BytesInMemory(try assembly.file(of: source))
        for track in try MovieFile(reading: plain).movie.tracks {
            var cursor = try track.samples.cursor()
            while let sample = try cursor.next() { #expect(sample.offset + Int64(sample.size) <= plain.length) }
        }
    }
}
