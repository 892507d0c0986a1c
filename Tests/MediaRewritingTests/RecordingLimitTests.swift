import MediaCore
import MediaTesting
import Testing

@Suite("C3: recordings that are not understood stay as they came")
struct RecordingLimitTests {
    private static func indexed(_ source: [UInt8]) throws -> [UInt8]? { try Rewritten.bytes(source, .webm, .indexing) }

    @Test("C3: two recordings in one, no tracks, no blocks, media in front of the tracks, junk between the clusters")
    func notUnderstood() throws {
        let usual = TestRecording(clusters: TestRecording.usual(seconds: 4))
        #expect(try Self.indexed(usual.bytes + usual.bytes) == nil)
        let known = TestRecording(segment: .known, clusters: TestRecording.usual(seconds: 4))
        #expect(try Self.indexed(known.bytes + known.bytes) == nil)
        #expect(try Self.indexed(TestRecording(clusters: usual.clusters, tracks: []).bytes) == nil)
        #expect(try Self.indexed(TestRecording(clusters: []).bytes) == nil)
        #expect(try Self.indexed(TestRecording(clusters: [.init(time: 0, blocks: [])]).bytes) == nil)
        var junk = usual
        junk.back = [UInt8](repeating: 0, count: 100)
        #expect(try Self.indexed(junk.bytes) == nil)
        junk.back = [0x1F, 0x43, 0xB6, 0x75, 0xFF] + TestRecording.block(.init(time: 0))
        #expect(try Self.indexed(junk.bytes) == nil, "a cluster without a time")
        #expect(try Self.indexed(Array("no EBML at all".utf8)) == nil)
    }

    @Test("C3: what lies behind a segment of known length stays behind it")
    func tail() throws {
        let recording = TestRecording(segment: .known, clusters: TestRecording.usual(seconds: 4)).bytes
        let bytes = try #require(try Self.indexed(recording + Array("something else".utf8)))
        #expect(bytes.suffix(14) == Array("something else".utf8)[...])
    }

    @Test("C3: more key frames than cues are made of are thinned, and stay in order")
    func manyKeyFrames() throws {
        let clusters = (0..<700).map { index in
            TestRecording.Cluster(
                time: index * 2000,
                blocks: (0..<100).map { .init(time: $0 * 20, isKey: true, payload: [7]) }
            )
        }
        let bytes = try #require(try Self.indexed(TestRecording(clusters: clusters).bytes))
        let cues = ReadRecording(bytes).cues
        #expect((10_000...50_000).contains(cues.count))
        #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.time < $1.time })
        #expect(cues.first?.time == 0 && (cues.last?.time ?? 0) > 1_399_000)
    }

    @Test("C3: a recording that was cut off anywhere, or changed anywhere, is left alone or comes out sound")
    func broken() throws {
        let source = TestRecording(clusters: TestRecording.usual(seconds: 4)).bytes
        for count in 0..<source.count {
            if let bytes = try Self.indexed(Array(source.prefix(count))) {
                let read = ReadRecording(bytes)
                #expect(read.isWhole && (read.duration ?? 0) > 0 && !read.cues.isEmpty)
            }
        }
        var numbers = SeededNumbers(test: 11)
        for _ in 0..<2000 {
            var changed = source
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                changed[Int.random(in: 0..<changed.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            _ = try Self.indexed(changed)
        }
    }
}
