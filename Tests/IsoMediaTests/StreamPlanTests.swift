import IsoMedia
import Primitives
import Testing

@Suite("Streams: how a video is cut")
struct StreamPlanTests {
    private let limits = StreamPlan.Limits(targetSeconds: 1.5)

    private func plan(_ film: TestFilm, _ limits: StreamPlan.Limits? = nil) throws -> StreamPlan {
        try StreamPlan(MovieFile(reading: BytesInMemory(film.bytes)).movie, limits: limits ?? self.limits)
    }

    @Test("segments begin at key frames and last until the next begins")
    func cutsAtKeyFrames() throws {
        // A key frame each second, four seconds; the sound is a little longer.
        let plan = try self.plan(TestFilm())
        #expect(plan.segments.map(\.start) == [0, 2])
        #expect(plan.segments[0].seconds == 2)
        #expect(abs(plan.segments[1].seconds - (188.0 * 1024 / 48_000 - 2)) < 1e-9)
        #expect(plan.lead == 0)
        let bytes = plan.segments.reduce(0) { $0 + $1.bytes }
        #expect(bytes == 100 * TestFilm.frameSize + 188 * TestFilm.soundSize)
    }

    @Test("a video of large frames is cut at every key frame")
    func cutsByBytes() throws {
        let plan = try self.plan(TestFilm(), .init(targetSeconds: 60, targetBytes: 25 * TestFilm.frameSize))
        #expect(plan.segments.map(\.start) == [0, 1, 2, 3])
    }

    @Test("a video without key frames for too long is refused")
    func tooFewKeyFrames() {
        #expect(throws: IsoMediaFault.self) { try self.plan(TestFilm(), .init(targetSeconds: 60, maximumBytes: 5000)) }
    }

    @Test("a video of very many small frames, or of very many segments, is refused")
    func tooMany() {
        #expect(throws: IsoMediaFault.self) { try self.plan(TestFilm(), .init(targetSeconds: 60, maximumSamples: 50)) }
        #expect(throws: IsoMediaFault.self) { try self.plan(TestFilm(), .init(targetSeconds: 1, maximumSegments: 2)) }
    }

    @Test("a video that claims to last for centuries is refused", arguments: [false, true])
    func centuries(edited: Bool) throws {
        var bytes = TestFilm(videoEdit: edited ? .max : nil).bytes
        // One tick of the picture is a second.
        let header = try #require(bytes.firstRange(of: Array("mdhd".utf8))).upperBound
        bytes.replaceSubrange(header + 12..<header + 16, with: [0, 0, 0, 1])
        if !edited {
            let times = try #require(bytes.firstRange(of: Array("stts".utf8))).upperBound
            bytes.replaceSubrange(times + 12..<times + 16, with: [0xFF, 0xFF, 0xFF, 0xFF])
        }
        #expect(throws: IsoMediaFault.self) {
            let plan = try StreamPlan(MovieFile(reading: BytesInMemory(bytes)).movie)
            for index in plan.segments.indices { _ = try plan.transportSegment(index, reading: BytesInMemory(bytes)) }
        }
    }

    @Test("what edit lists leave out at the beginning makes the stream begin earlier, pictures and sound alike")
    func edits() throws {
        // Two frames of reordering, one frame of sound that the encoder put in front.
        let plan = try self.plan(TestFilm(reordering: 2, videoEdit: 7200, audioEdit: 1024))
        #expect(abs(plan.lead - 0.08) < 1e-9)
        #expect(abs(plan.segments[0].start - 0.08) < 1e-9)
        let source = BytesInMemory(TestFilm(reordering: 2, videoEdit: 7200, audioEdit: 1024).bytes)
        let times = try plan.segments.indices.map { index in
            try FragmentTimes(plan.segment(index, fileLength: source.length).file(of: source))
        }
        #expect(times.map(\.tracks) == [[1, 2], [1, 2]])
        // The picture from 0 on in decoding order, the sound a frame before the film's beginning at 0.08 s.
        #expect(times[0].decodeTimes[0] == 0)
        #expect(times[0].decodeTimes[1] == 3840 - 1024)
        #expect(times[1].decodeTimes[0] == 50 * 3600)
    }

    @Test("every frame is in exactly one segment, in order")
    func isComplete() throws {
        let film = TestFilm(reordering: 1, videoEdit: 3600)
        let source = BytesInMemory(film.bytes)
        let plan = try StreamPlan(MovieFile(reading: source).movie, limits: self.limits)
        var pictures: [UInt8] = []
        var sounds: [UInt8] = []
        for index in plan.segments.indices {
            let bytes = try plan.segment(index, fileLength: source.length).file(of: source)
            let times = try FragmentTimes(bytes)
            pictures += bytes[times.media[0]]
            sounds += bytes[times.media[1]]
        }
        #expect(pictures == (0..<100).flatMap(TestFilm.frame))
        #expect(sounds == (0..<188).flatMap(TestFilm.sound))
    }

    @Test("a video of one cut more is refused by name")
    func refuses() throws {
        let other = TestFilm(videoEntry: Entries.video("ap4h", "avcC", []))
        #expect(throws: IsoMediaFault.unsupportedCodec("ap4h")) { try self.plan(other) }
        let vorbis = TestFilm(audioEntry: Entries.sound(objectType: 0xDD))
        #expect(throws: IsoMediaFault.unsupportedCodec("mp4a.dd")) { try self.plan(vorbis) }
    }

    @Test("a video whose index lies about where its frames are gives no segment")
    func outside() throws {
        let source = BytesInMemory(TestFilm(displacement: 1 << 20).bytes)
        let plan = try StreamPlan(MovieFile(reading: source).movie)
        #expect(throws: IsoMediaFault.self) { try plan.segment(0, fileLength: source.length) }
    }

    @Test("no damage to an index traps")
    func damaged() {
        let bytes = TestFilm(reordering: 1, videoEdit: 3600, isIndexInFront: true).bytes
        for position in stride(from: 24, to: 1600, by: 3) {
            for value: UInt8 in [0, 1, 0x7F, 0xFF] {
                var damaged = bytes
                damaged[position] = value
                let source = BytesInMemory(damaged)
                guard let file = try? MovieFile(reading: source), let plan = try? StreamPlan(file.movie) else {
                    continue
                }
                _ = plan.initialization
                _ = try? plan.segment(0, fileLength: source.length)
                _ = try? plan.transportSegment(0, reading: source)
            }
        }
    }

    @Test("sound alone is cut by time")
    func soundAlone() throws {
        let plan = try StreamPlan(
            MovieFile(reading: BytesInMemory(TestFilm().bytes)).movie,
            selection: .audio(2),
            limits: self.limits
        )
        #expect(plan.video == nil)
        #expect(plan.segments.map(\.start) == [0, 2])
        #expect(plan.segments.reduce(0) { $0 + $1.bytes } == 188 * TestFilm.soundSize)
    }
}

/// What a movie fragment says of its times.
private struct FragmentTimes {
    var tracks: [UInt32] = []
    var decodeTimes: [Int] = []
    /// Where each track's frames are in the segment.
    var media: [Range<Int>] = []

    init(_ bytes: [UInt8]) throws {
        func number(_ offset: Int, _ count: Int) -> Int {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
        }
        func find(_ type: String, from start: Int) -> Int? {
            let name = Array(type.utf8)
            return (start..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual(name) }
        }
        let fragment = try #require(find("moof", from: 0)) - 4
        var position = fragment
        while let header = find("tfhd", from: position) {
            self.tracks.append(UInt32(number(header + 8, 4)))
            let time = try #require(find("tfdt", from: header))
            self.decodeTimes.append(number(time + 8, 8))
            let run = try #require(find("trun", from: time))
            let count = number(run + 8, 4)
            let start = fragment + number(run + 12, 4)
            let width = self.tracks.last == 1 ? 16 : 12
            let size = (0..<count).reduce(0) { $0 + number(run + 16 + $1 * width + 4, 4) }
            self.media.append(start..<start + size)
            position = run
        }
    }
}
