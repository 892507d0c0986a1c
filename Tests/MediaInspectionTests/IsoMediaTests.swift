import MediaCore
import Testing

@testable import MediaInspection

@Suite("ISO base media structure")
struct IsoMediaTests {
    private let header = Box.movieHeader(timescale: 600, duration: 900)

    private func parse(_ bytes: [UInt8]) throws -> IsoMediaFacts { try IsoMediaParser.parse(BytesInMemory(bytes)) }

    @Test("moov may come first or last")
    func order() throws {
        let movie = Box.movie(self.header + Box.track(handler: "vide", width: 640, height: 360))
        let data = Box.make("mdat", [UInt8](repeating: 7, count: 1000))
        for file in [Box.fileType("isom") + movie + data, Box.fileType("isom") + data + movie] {
            let facts = try self.parse(file)
            #expect(facts.movie?.durationSeconds == 1.5)
            #expect(facts.movie?.picture?.width == 640)
            #expect(facts.movie?.picture?.height == 360)
        }
    }

    @Test("a 64-bit size and version 1 boxes", arguments: [UInt64(900), 600 << 24])
    func wide(duration: UInt64) throws {
        let movie = Box.movie(
            Box.longMovieHeader(timescale: 600, duration: duration)
                + Box.track(handler: "vide", width: 64, height: 36, long: true)
        )
        let data = Box.joined(Box.u32(1), Array("mdat".utf8), Box.u64(116), Box.zeros(100))
        let facts = try self.parse(Box.fileType("isom") + data + movie)
        #expect(facts.movie?.durationSeconds == Double(duration) / 600)
        #expect(facts.movie?.picture?.width == 64)
    }

    private static let matrices: [([Int32], Bool)] = [
        ([Int32(1), 0, 0, 1], false), ([0, 1, -1, 0], true), ([-1, 0, 0, -1], false), ([0, -1, 1, 0], true),
    ]

    @Test(
        "a quarter turn swaps the sides, a half turn does not",
        arguments: Self.matrices
    )
    func rotation(matrix: [Int32], swaps: Bool) throws {
        let track = Box.track(handler: "vide", width: 640, height: 360, matrix: matrix)
        let facts = try self.parse(Box.fileType("isom") + Box.movie(self.header + track))
        #expect(facts.movie?.picture?.width == (swaps ? 360 : 640))
        #expect(facts.movie?.picture?.height == (swaps ? 640 : 360))
    }

    @Test("every cut is an error, except where a box ends", arguments: [1, 9, 15, 30, 100, 200, 500])
    func truncated(missing: Int) throws {
        let movie = Box.movie(self.header + Box.track(handler: "vide", width: 640, height: 360))
        let file = Box.fileType("isom") + movie + Box.make("mdat", [UInt8](repeating: 7, count: 1000))
        #expect(throws: ContainerFault.truncated("box mdat")) { try self.parse(Array(file.dropLast(missing))) }
    }

    private static let contradictions: [[UInt8]] = [
        Box.u32(7) + Array("free".utf8),
        Box.u32(1) + Array("free".utf8) + Box.u64(15),
        Box.u32(1) + Array("free".utf8) + Box.u64(.max),
        Box.u32(1) + Array("free".utf8) + Box.u64(UInt64(Int64.max)),
        Box.make("moov", Box.u32(4000) + Array("mvhd".utf8) + [UInt8](repeating: 0, count: 100)),
        Box.make("moov", Box.make("free", [])),
    ]

    @Test(
        "sizes that contradict their surroundings",
        arguments: Self.contradictions
    )
    func malformed(box: [UInt8]) {
        #expect(throws: ContainerFault.self) { try self.parse(Box.fileType("isom") + box) }
    }

    @Test("unknown durations are nil, not numbers")
    func unknownDuration() throws {
        for header in [
            Box.movieHeader(timescale: 600, duration: .max), Box.movieHeader(timescale: 0, duration: 5),
            Box.movieHeader(timescale: 600, duration: 0), Box.longMovieHeader(timescale: 600, duration: .max),
        ] {
            #expect(try self.parse(Box.fileType("isom") + Box.movie(header)).movie?.durationSeconds == nil)
        }
    }

    @Test("the length of a fragmented file stands in mehd")
    func fragmented() throws {
        let extends = Box.make("mvex", Box.make("mehd", Box.u32(0) + Box.u32(1200)))
        let movie = Box.movie(Box.movieHeader(timescale: 600, duration: 0) + extends)
        #expect(try self.parse(Box.fileType("iso5") + movie).movie?.durationSeconds == 2)
    }

    @Test("what a camera appends after the last box is not a truncation")
    func trailer() throws {
        let file = Box.fileType("isom") + Box.movie(self.header) + Box.make("mdat", [1, 2, 3])
        #expect(try self.parse(file + [0xFF, 0xFE, 0, 1, 0xFF, 0, 0, 1, 9, 9, 9]).movie != nil)
        #expect(try self.parse(file + [0, 0, 0]).movie != nil)
    }

    @Test("millions of boxes and tracks come to an end")
    func bombs() throws {
        let empty = [[UInt8]](repeating: Box.make("free", []), count: 120_000).flatMap { $0 }
        #expect(try self.parse(Box.fileType("isom") + Box.movie(self.header) + empty).movie != nil)
        #expect(throws: ContainerFault.tooComplex("too many boxes")) { try self.parse(Box.movie(self.header + empty)) }
        let tracks = [[UInt8]](repeating: Box.make("trak", []), count: 300).flatMap { $0 }
        #expect(throws: ContainerFault.tooComplex("too many tracks")) {
            try self.parse(Box.movie(self.header + tracks))
        }
    }
}
