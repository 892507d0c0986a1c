import MediaTesting
import Testing

/// RFC 9110 section 15.3.7: what a 206 carries, and several ranges in one.
@Suite("A 206", .daemon(), .timeLimit(.minutes(3)))
struct PartialContentTests {
    @Test(
        "R11: several ranges make a multipart/byteranges of exactly these parts, in order",
        arguments: Route.semantics
    )
    func several(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        for (range, expected) in [
            ("bytes=0-9, 500-509, -5", [0...9, 500...509, 995...999]), ("bytes=500-509,0-9", [500...509, 0...9]),
            ("bytes=0-0,-1", [0...0, 999...999]), ("bytes=0-1,2000-,5-6", [0...1, 5...6]),
        ] {
            let answer = try await sample.request("GET", [("Range", range)], by: route)
            let parts = try ByteRangesPart.list(answer)
            #expect(parts.map(\.range) == expected.map { "bytes \($0.lowerBound)-\($0.upperBound)/1000" }, "\(range)")
            #expect(parts.map(\.bytes) == expected.map { Array(sample.bytes[$0]) }, "\(range)")
            #expect(parts.allSatisfy { $0.type == "text/plain; charset=utf-8" }, "\(range)")
            #expect(answer["Content-Range"] == nil)
            #expect(answer["Content-Length"] == "\(answer.body.count)")
            #expect(answer["ETag"] == sample.tag)
        }
    }

    @Test("R11: one range that is left of several is no multipart", arguments: Route.semantics)
    func single(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        for range in ["bytes=3-4", "bytes=3-4,2000-3000", "bytes=-0,3-4", "bytes=,3-4,"] {
            sample.expectPart(try await sample.request("GET", [("Range", range)], by: route), 3...4, "\(range)")
        }
    }

    @Test("R12: in each part Content-Type stands before Content-Range", arguments: Route.semantics)
    func order(route: Route) async throws {
        let sample = try await ServedSample(try Samples.video(), "collection=videos", try Daemon.current())
        let answer = try await sample.request("GET", [("Range", "bytes=0-9,100-109")], by: route)
        for part in try ByteRangesPart.list(answer) { #expect(part.names == ["content-type", "content-range"]) }
    }

    @Test("R13: carries every field that the 200 has", arguments: Route.semantics)
    func fields(route: Route) async throws {
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", try Daemon.current())
        let query = "?v=\(sample.record.sha256.prefix(32))"
        let whole = try await sample.request(query: query, by: route)
        for fields in [
            [("Range", "bytes=5-9")], [("Range", "bytes=5-9"), ("If-Range", sample.tag)],
            [("Range", "bytes=5-9,20-29")],
        ] {
            let part = try await sample.request("GET", fields, query: query, by: route)
            #expect(part.status == 206, "\(fields)")
            let own = ["date", "x-request-id", "content-length", "content-type"]
            for (name, value) in whole.fields where !own.contains(name.lowercased()) {
                #expect(part[name] == value, "\(name) with \(fields)")
            }
            #expect(part.all("Date").count == 1)
        }
    }

    @Test("R14: is as long as was asked for, however long that is", arguments: Route.semantics)
    func neverShortened(route: Route) async throws {
        let bytes = try Samples.video(padding: 10 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", try Daemon.current())
        let last = bytes.count - 1
        for range in [0...last, 0...10_546_619, 1...last, (last - 5_000_000)...last] {
            let field = ("Range", "bytes=\(range.lowerBound)-\(range.upperBound)")
            sample.expectPart(try await sample.request("GET", [field], by: route), range)
        }
        sample.expectPart(try await sample.request("GET", [("Range", "bytes=0-")], by: route), 0...last)
    }

    @Test("R14: the parts of a video put together are the video", arguments: Route.allCases)
    func reassembly(route: Route) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 3 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        let probe = try await daemon.connect()
        var received: [UInt8] = []
        while received.count < bytes.count {
            let last = min(received.count + 700_001, bytes.count) - 1
            let fields = [("Range", "bytes=\(received.count)-\(last)"), ("If-Range", sample.tag)]
            let answer = try await probe.request("GET", sample.path, fields + route.fields)
            sample.expectPart(answer, received.count...last)
            try #require(!answer.body.isEmpty)
            received += answer.body
        }
        #expect(received == bytes)
    }

    static let attacks = [
        "bytes=" + (0..<200).map { "\($0)-\($0 + 500)" }.joined(separator: ","),
        "bytes=" + [String](repeating: "0-", count: 400).joined(separator: ","),
        "bytes=" + [String](repeating: "-999", count: 16).joined(separator: ","),
        "bytes=" + (0..<400).map { "\(998 - 2 * $0)-\(998 - 2 * $0)" }.joined(separator: ","),
        "bytes=0-,0-", "bytes=0-499,0-499,0-499",
        "bytes=" + [String](repeating: "0-0", count: 5000).joined(separator: ","),
    ]

    @Test(
        "R15: ranges by the hundred, and on top of each other, make no more bytes than the file has",
        arguments: attacks
    )
    func amplification(range: String) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        // On a new connection of HTTP/2 a head has at most 16 KiB; beyond, swift-nio-http2 ends the connection.
        for route in Route.semantics where route != .http2 || range.utf8.count < 16_000 {
            let answer = try await sample.request("GET", [("Range", range)], by: route)
            // A head of 20 kB may also be too long a head.
            #expect([200, 206, 416, 431].contains(answer.status), "\(answer.status)")
            let content =
                answer["Content-Type"]?.hasPrefix("multipart/") == true
                ? try ByteRangesPart.list(answer).map(\.bytes.count).reduce(0, +) : answer.body.count
            #expect(content <= 1000)
        }
    }

    @Test("R16: is offered by 200 and HEAD, of bytes that no coding changes", arguments: Route.semantics)
    func identity(route: Route) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        let coding = ("Accept-Encoding", "gzip, deflate, br, zstd")
        for fields in [[], [coding]] {
            let whole = try await sample.request("GET", fields, by: route)
            sample.expectWhole(whole)
            let head = try await sample.request("HEAD", fields, by: route)
            #expect(head["Accept-Ranges"] == "bytes")
            #expect(whole["Content-Encoding"] == nil && head["Content-Encoding"] == nil)
            sample.expectPart(try await sample.request("GET", fields + [("Range", "bytes=7-8")], by: route), 7...8)
        }
    }
}
