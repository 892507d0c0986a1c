import MediaCore
import MediaRewriting
import MediaTesting
import Testing

@Suite("C3: recordings in WebM get Duration and Cues")
struct RecordingTests {
    private static func indexed(_ source: [UInt8], _ type: MediaType = .webm) throws -> [UInt8]? {
        try Rewritten.bytes(source, type, .indexing)
    }

    @Test("C3: whatever lengths are known, all are then, and cues of key frames lead to their clusters")
    func lengths() throws {
        for segment in [TestRecording.Length.unknown, .unknownInOneByte, .known] {
            for cluster in [TestRecording.Length.unknown, .unknownInOneByte, .known] {
                let recording = TestRecording(
                    segment: segment,
                    cluster: cluster,
                    clusters: TestRecording.usual(seconds: 20)
                )
                let bytes = try #require(try Self.indexed(recording.bytes))
                let read = ReadRecording(bytes)
                #expect(read.isWhole && !read.hasUnknownLength)
                let front: [UInt64] = [0x114D_9B74, 0x1549_A966, 0x1654_AE6B, 0x1C53_BB6B]
                #expect(Array(read.order.prefix(4)) == front, "SeekHead, information, tracks, cues")
                #expect(read.duration == 20_000, "the last picture lasts as long as the others")
                #expect(read.cues.map(\.time) == Array(stride(from: 0, to: 20_000, by: 2000)))
                #expect(read.cues.map(\.position) == read.clusterPositions)
                for seek in read.seeks {
                    let start = read.segmentContent + seek.position
                    #expect(Array(bytes[start..<start + 4]) == seek.id)
                }
                #expect(try Self.indexed(bytes) == nil, "once is enough")
                #expect(bytes.count < recording.bytes.count + 1000)
            }
        }
    }

    @Test("C3: blocks keep every byte and their order")
    func blocks() throws {
        var recording = TestRecording(clusters: TestRecording.usual(seconds: 6))
        for index in recording.clusters.indices {
            for block in recording.clusters[index].blocks.indices {
                recording.clusters[index].blocks[block].payload = Array("\(index)-\(block)".utf8)
            }
        }
        let bytes = try #require(try Self.indexed(recording.bytes))
        for cluster in recording.clusters {
            #expect(bytes.firstRange(of: cluster.blocks.flatMap(TestRecording.block)) != nil)
        }
    }

    @Test("C3: the duration is the end of the block that ends last")
    func durations() throws {
        func duration(_ blocks: [TestRecording.Block], _ tracks: [UInt8]? = nil) throws -> Double? {
            var recording = TestRecording(clusters: [.init(time: 1000, blocks: blocks)])
            if let tracks { recording.tracks = tracks }
            return ReadRecording(try #require(try Self.indexed(recording.bytes))).duration
        }
        let first = TestRecording.Block(time: 0, isKey: true)
        #expect(try duration([first, .init(time: 40)]) == 1080)
        #expect(try duration([first, .init(time: 40, isGroup: true, duration: 100)]) == 1140)
        #expect(try duration([first, .init(time: 40), .init(track: 2, time: 90, isGroup: true, duration: 60)]) == 1150)
        // Three frames of sound in a block: each lasts a third of what lies between two blocks.
        let sounds = [0, 60, 120].map { TestRecording.Block(track: 2, time: $0, isKey: true, frames: 3) }
        #expect(try duration([first] + sounds) == 1180)
        // DefaultDuration: 20 ms.
        let twenty = TestRecording.element([0x23, 0xE3, 0x83], [0x01, 0x31, 0x2D, 0x00])
        #expect(try duration([first], TestRecording.track(1, 1, twenty)) == 1020)
    }

    @Test("C3: sound alone has a cue for a cluster, at most one a second")
    func sound() throws {
        let clusters = (0..<100).map { index in
            TestRecording.Cluster(
                time: index * 500,
                blocks: (0..<5).map { .init(track: 2, time: $0 * 100, isKey: true, payload: [1, 2, 3]) }
            )
        }
        let recording = TestRecording(clusters: clusters, tracks: TestRecording.track(2, 2))
        let read = ReadRecording(try #require(try Self.indexed(recording.bytes, .audioWebM)))
        #expect(read.cues.map(\.time) == Array(stride(from: 0, to: 50_000, by: 1000)))
        #expect(read.duration == 50_000)
    }

    @Test("C3: a recorder that was killed in the middle of a block loses that block and nothing else")
    func cutOff() throws {
        let whole = TestRecording(clusters: TestRecording.usual(seconds: 6)).bytes
        let last = TestRecording.block(TestRecording.usual(seconds: 2)[0].blocks[15])
        for missing in 1..<last.count {
            let cut = Array(whole.dropLast(missing))
            let bytes = try #require(try Self.indexed(cut))
            let read = ReadRecording(bytes)
            #expect(read.isWhole && !read.hasUnknownLength && read.clusterPositions.count == 3)
            // The sound beside it lasts as long.
            #expect(read.duration == 6000)
            #expect(try Self.indexed(bytes) == nil)
        }
    }

    @Test("C3: Void, old positions and checksums of clusters, tags in front and behind")
    func extras() throws {
        var recording = TestRecording(cluster: .known, clusters: TestRecording.usual(seconds: 6))
        let void = TestRecording.element([0xEC], [UInt8](repeating: 0, count: 50))
        let tags = TestRecording.element([0x12, 0x54, 0xC3, 0x67], TestRecording.element([0x73, 0x73], [1, 2, 3]))
        recording.front = void + tags
        recording.back = tags
        for index in recording.clusters.indices {
            recording.clusters[index].extras =
                TestRecording.element([0xA7], [0x12, 0x34]) + TestRecording.element([0xAB], [0x55]) + void
        }
        let bytes = try #require(try Self.indexed(recording.bytes))
        let read = ReadRecording(bytes)
        #expect(read.order.filter { $0 == 0x1254_C367 }.count == 2 && !read.order.contains(0xEC))
        #expect(read.seeks.filter { $0.id == [0x12, 0x54, 0xC3, 0x67] }.count == 2)
        #expect(bytes.firstRange(of: [0xA7, 0x82] as [UInt8]) == nil)
        #expect(bytes.firstRange(of: [0xEC, 0x82, 0x12, 0x34] as [UInt8]) != nil)
        #expect(read.cues.map(\.position) == read.clusterPositions)
    }

    @Test("C3: a file with Duration and Cues stays as it is, and one with half of it gets the other half")
    func partly() throws {
        let bytes = try #require(try Self.indexed(TestRecording(clusters: TestRecording.usual(seconds: 4)).bytes))
        #expect(try Self.indexed(bytes) == nil)
        let duration = try #require(bytes.firstRange(of: [0x44, 0x89, 0x88]))
        var withoutDuration = bytes
        withoutDuration[duration.lowerBound + 1] = 0x88
        let again = ReadRecording(try #require(try Self.indexed(withoutDuration)))
        #expect(again.duration == 4000 && again.order.filter { $0 == 0x1C53_BB6B }.count == 1)
        // A length that the file states may know more than can be counted, unless it cannot be true.
        for (stated, expected) in [(4100.0, 4100.0), (90_000, 4000), (.nan, 4000)] {
            let bits = (0..<8).reversed().map { UInt8(truncatingIfNeeded: stated.bitPattern >> UInt64(8 * $0)) }
            var recording = TestRecording(clusters: TestRecording.usual(seconds: 4))
            recording.information? += TestRecording.element([0x44, 0x89], bits)
            #expect(ReadRecording(try #require(try Self.indexed(recording.bytes))).duration == expected)
        }
    }
}
