import IsoMedia
import Primitives
import SystemPackage
import Testing

@Suite("Fast start")
struct FastStartTests {
    @Test("the index goes behind the file's type, and every frame is found where it then is", arguments: [false, true])
    func moves(wide: Bool) throws {
        let source = BytesInMemory(TestFilm(hasWideOffsets: wide).bytes)
        let assembly = try #require(try FastStart.assembly(of: source))
        let moved = try assembly.file(of: source)
        #expect(moved.count == source.bytes.count && Int64(moved.count) == assembly.count)
        #expect(types(moved) == ["ftyp", "moov", "mdat"])
        #expect(try samples(of: BytesInMemory(moved)) == samples(of: source))
        #expect(try FastStart.assembly(of: BytesInMemory(moved)) == nil)
    }

    @Test("what is behind the index stays behind the video")
    func keepsTheRest() throws {
        let extra = TestFilm.box("free") { $0.zeros(5) } + TestFilm.box("uuid") { $0.zeros(20) }
        let source = BytesInMemory(TestFilm().bytes + extra)
        let moved = try #require(try FastStart.assembly(of: source)).file(of: source)
        #expect(types(moved) == ["ftyp", "moov", "mdat", "free", "uuid"])
        #expect(try samples(of: BytesInMemory(moved)) == samples(of: source))
    }

    @Test("a chunk that moves past 4 GiB makes its table a wide one, which moves everything again")
    func grows() throws {
        let film = TestFilm(frames: 25, hasSound: false)
        // The last chunks lie less than the index before 4 GiB.
        let source = SparseFilm(film, mediaAt: (1 << 32) - 900)
        let before = try MovieFile(reading: source).movie.tracks[0]
        let assembly = try #require(try FastStart.assembly(of: source))
        let moved = AssembledFile(assembly: assembly, source: source)
        let after = try MovieFile(reading: moved).movie.tracks[0]
        #expect(String(decoding: assembly.written, as: UTF8.self).contains("co64"))
        var (old, new) = (try before.samples.cursor(), try after.samples.cursor())
        var count = 0
        while let was = try old.next(), let now = try new.next() {
            #expect(now.offset == was.offset + Int64(assembly.written.count))
            #expect(try moved.bytes(at: now.offset, count: now.size) == TestFilm.frame(count))
            count += 1
        }
        #expect(count == 25)
    }

    @Test("a video that is played in place is left alone")
    func nothingToDo() throws {
        #expect(try FastStart.assembly(of: BytesInMemory(TestFilm(isIndexInFront: true).bytes)) == nil)
        #expect(try FastStart.assembly(of: BytesInMemory([])) == nil)
    }

    @Test("what is not understood is refused")
    func refuses() {
        for film in [
            TestFilm(tableExtras: ["saio"]), TestFilm(referenceFlags: 0), TestFilm(movieExtras: ["mvex"]),
            TestFilm(movieExtras: ["cmov"]), TestFilm(displacement: 1 << 30),
        ] {
            #expect(throws: IsoMediaFault.self) { try FastStart.assembly(of: BytesInMemory(film.bytes)) }
        }
        let twice = TestFilm().bytes + TestFilm().index(mediaAt: 0)
        #expect(throws: IsoMediaFault.self) { try FastStart.assembly(of: BytesInMemory(twice)) }
        let items = TestFilm().bytes + TestFilm.box("meta") { $0.zeros(4) }
        #expect(throws: IsoMediaFault.self) { try FastStart.assembly(of: BytesInMemory(items)) }
    }

    @Test("boxes of a kind inside of each other end in a refusal, not in the end of the stack")
    func nested() {
        let depth = 100_000
        var writer = BoxWriter()
        writer.append(TestFilm.box("ftyp") { $0.zeros(8) })
        writer.append(TestFilm.box("mdat") { $0.zeros(8) })
        writer.u32(UInt32(8 * (depth + 1)))
        writer.fourCC("moov")
        for level in 0..<depth {
            writer.u32(UInt32(8 * (depth - level)))
            writer.fourCC("trak")
        }
        #expect(throws: IsoMediaFault.self) { try FastStart.assembly(of: BytesInMemory(writer.bytes)) }
    }

    @Test("more boxes side by side than anybody writes are not taken into memory")
    func manyBoxes() {
        let many = TestFilm.box("moov") { writer in for _ in 0..<20_000 { writer.box("free") { _ in } } }
        let bytes = TestFilm.box("ftyp") { $0.zeros(8) } + TestFilm.box("mdat") { $0.zeros(8) } + many
        #expect(throws: IsoMediaFault.tooComplex("more than 10000 boxes")) {
            try FastStart.assembly(of: BytesInMemory(bytes))
        }
    }

    @Test("a video that was cut off anywhere is refused or left alone, never rewritten")
    func cutOff() {
        let bytes = TestFilm().bytes
        for count in stride(from: 9, to: bytes.count, by: 7) {
            let result = try? FastStart.assembly(of: BytesInMemory(Array(bytes.prefix(count))))
            #expect(result == .none || result == .some(nil))
        }
    }

    private func types(_ bytes: [UInt8]) -> [String] {
        var types: [String] = []
        var position = 0
        while position + 8 <= bytes.count {
            let size = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            types.append(String(decoding: bytes[position + 4..<position + 8], as: UTF8.self))
            position += size
        }
        return types
    }
}

/// A film with a hole in front of its media, which is in no memory.
private struct SparseFilm: ByteSource {
    private let front: [UInt8]
    private let media: [UInt8]
    private let start: Int64
    private let index: [UInt8]

    init(_ film: TestFilm, mediaAt start: Int64) {
        var writer = BoxWriter()
        writer.append(TestFilm.box("ftyp") { $0.append(Array("isom\0\0\0\0isom".utf8)) })
        self.media = (0..<film.frames).flatMap(TestFilm.frame)
        writer.u32(1)
        writer.append(Array("mdat".utf8))
        writer.u64(UInt64(start) + UInt64(self.media.count) - UInt64(writer.bytes.count - 8))
        self.front = writer.bytes
        self.start = start
        self.index = film.index(mediaAt: start)
    }

    var length: Int64 { self.start + Int64(self.media.count + self.index.count) }

    func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        let end = min(self.length, offset + Int64(count))
        guard offset < end else { return [] }
        return (offset..<end).map { position in
            let inMedia = position - self.start
            if inMedia >= Int64(self.media.count) { return self.index[Int(inMedia) - self.media.count] }
            if inMedia >= 0 { return self.media[Int(inMedia)] }
            return position < Int64(self.front.count) ? self.front[Int(position)] : 0
        }
    }
}

/// A file that is only described.
private struct AssembledFile: ByteSource {
    var assembly: Assembly
    var source: SparseFilm

    var length: Int64 { self.assembly.count }

    func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        var result: [UInt8] = []
        var start: Int64 = 0
        for piece in self.assembly.pieces {
            let end = start + piece.count
            let (first, last) = (max(start, offset), min(end, offset + Int64(count)))
            if first < last {
                switch piece {
                case .written(let range):
                    result += self.assembly.written[range].dropFirst(Int(first - start)).prefix(Int(last - first))
                case .source(let range):
                    result += try self.source.bytes(at: range.lowerBound + first - start, count: Int(last - first))
                }
            }
            start = end
        }
        return result
    }
}
