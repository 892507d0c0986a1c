import MediaTesting
import Testing

/// A file replaced while it is read: old readers finish with the old bytes, new requests get the new version, never a mixture.
@Suite(
    "A video replaced while it is read",
    .daemon(configuration: Configurations.patient),
    .serialized,
    .timeLimit(.minutes(5))
)
struct ReplacedWhileReadTests {
    /// Films of different lengths, so that a length of one with bytes of another shows.
    private static func versions(_ count: Int) throws -> [[UInt8]] {
        try (0..<count).map { try Samples.video(padding: (2 << 20) + $0 * 1000) }
    }

    @Test("I3: twenty times: each slow reader gets the version that it began with", arguments: Route.allCases)
    func slowReaders(route: Route) async throws {
        let daemon = try Daemon.current()
        let query = "collection=videos&replace=true&name=\(uniqueName())"
        let steady = try await daemon.connect()
        var readers: [(probe: HTTPProbe, bytes: [UInt8])] = []
        var known: ServedSample?
        for bytes in try Self.versions(21) {
            let sample = try await ServedSample(bytes, query, daemon)
            // Whoever asks after the answer to the upload never sees the version before.
            if let known {
                let old = [("Range", "bytes=1000-1999"), ("If-Range", known.tag)]
                sample.expectWhole(try await steady.request("GET", sample.path, old + route.fields))
                let same = try await steady.request("GET", sample.path, [("If-None-Match", known.tag)] + route.fields)
                sample.expectWhole(same)
            }
            let range = [("Range", "bytes=1000-1999"), ("If-Range", sample.tag)]
            sample.expectPart(try await steady.request("GET", sample.path, range + route.fields), 1000...1999)
            let probe = try await daemon.connect(receiveBufferBytes: 16 << 10)
            try await probe.send("GET", sample.path, route.fields)
            let head = try await probe.receiveHead()
            #expect(head["ETag"] == sample.tag && head["Content-Length"] == "\(bytes.count)")
            readers.append((probe, bytes))
            known = sample
        }
        let last = try #require(known)
        for reader in readers {
            #expect(
                Samples.sha256(try await reader.probe.take(exactly: reader.bytes.count)) == Samples.sha256(reader.bytes)
            )
            // Its connection is in step, and sees the last version.
            let answer = try await reader.probe.request("GET", last.path, [("Range", "bytes=5-9")] + route.fields)
            last.expectPart(answer, 5...9)
        }
    }

    @Test(
        "I3: thirty times under readers in a hurry: tag, length and bytes are of one version",
        arguments: Route.allCases
    )
    func hurriedReaders(route: Route) async throws {
        let daemon = try Daemon.current()
        let query = "collection=videos&replace=true&name=\(uniqueName())"
        let versions = try Self.versions(30)
        let first = try await ServedSample(try #require(versions.first), query, daemon)
        let bytesByTag = Dictionary(uniqueKeysWithValues: versions.map { ("\"\(Samples.sha256($0).prefix(32))\"", $0) })
        let seen = try await withThrowingTaskGroup(of: Set<String>.self) { group in
            for reader in 0..<3 {
                group.addTask {
                    let probe = try await daemon.connect()
                    var seen: Set<String> = []
                    var tag = first.tag
                    while !Task.isCancelled {
                        let start = 1000 * reader
                        let fields = [("Range", "bytes=\(start)-\(start + 99_999)"), ("If-Range", tag)]
                        let answer = try await probe.request("GET", first.path, fields + route.fields)
                        let now = try #require(answer["ETag"])
                        let bytes = try #require(bytesByTag[now], "\(now)")
                        if answer.status == 206 {
                            #expect(now == tag)
                            #expect(answer["Content-Range"] == "bytes \(start)-\(start + 99_999)/\(bytes.count)")
                            #expect(answer.body.elementsEqual(bytes[start..<start + 100_000]))
                        } else {
                            #expect(answer.status == 200 && now != tag)
                            #expect(answer.body == bytes)
                        }
                        tag = now
                        seen.insert(now)
                    }
                    return seen
                }
            }
            for bytes in versions.dropFirst() {
                let record = try await daemon.upload(bytes, query).record()
                #expect(record.size == bytes.count)
            }
            group.cancelAll()
            return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        #expect(seen.count > 5, "the readers saw \(seen.count) versions")
    }

    @Test("I3: a deleted video is gone at once, and who reads it gets it whole", arguments: Route.allCases)
    func deleted(route: Route) async throws {
        let daemon = try Daemon.current()
        for _ in 0..<10 {
            let bytes = try Samples.video(padding: 2 << 20)
            let sample = try await ServedSample(bytes, "collection=videos", daemon)
            try await sample.warm()
            let probe = try await daemon.connect()
            let slow = try await daemon.connect(receiveBufferBytes: 16 << 10)
            try await slow.send("GET", sample.path, route.fields)
            #expect(try await slow.receiveHead()["Content-Length"] == "\(bytes.count)")
            sample.expectPart(
                try await probe.request("GET", sample.path, [("Range", "bytes=0-1")] + route.fields),
                0...1
            )
            #expect(try await daemon.request("DELETE", "/api/media/\(sample.record.id)").status == 204)
            for fields in [[], [("Range", "bytes=0-1")], [("If-None-Match", sample.tag)]] {
                let answer = try await probe.request("GET", sample.path, fields + route.fields)
                try answer.expectProblem(404, "not_found", "\(fields)")
            }
            #expect(try await slow.take(exactly: bytes.count) == bytes)
        }
    }
}

extension Configurations {
    /// The slow readers stand still for as long as all the uploads take, which on a busy machine is more than a minute.
    fileprivate static let patient = standard.replacing(
        "http:\n",
        with: "http:\n  writeTimeout: 10m\n"
    )
}
