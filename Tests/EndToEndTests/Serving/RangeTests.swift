import MediaTesting
import Testing

@Suite("Ranges", .daemon(), .timeLimit(.minutes(3)))
struct RangeTests {
    /// Of a file of 1000 bytes.
    static let satisfiable: [(String, ClosedRange<Int>)] = [
        ("bytes=0-0", 0...0), ("bytes=0-1", 0...1), ("bytes=0-", 0...999), ("bytes=0-999", 0...999),
        ("bytes=0-1000", 0...999),
        ("bytes=0-99999999999999999999999", 0...999), ("bytes=999-", 999...999), ("bytes=999-999", 999...999),
        ("bytes=500-", 500...999), ("bytes=-1", 999...999), ("bytes=-500", 500...999), ("bytes=-1000", 0...999),
        ("bytes=-1001", 0...999), ("bytes=-9223372036854775808", 0...999), ("bytes=-18446744073709551617", 0...999),
        ("bytes=10-18446744073709551615", 10...999), ("bytes=10-9223372036854775807", 10...999), ("BYTES=1-2", 1...2),
        ("bytes=00-001", 0...1), ("bytes= 3-4", 3...4), ("bytes=3-4 ", 3...4), ("bytes=,3-4", 3...4),
        ("bytes=3-4,", 3...4),
        ("bytes=3-4,2000-3000", 3...4),
    ]

    @Test("that can be satisfied", arguments: satisfiable)
    func parts(range: String, expected: ClosedRange<Int>) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for path in [sample.path, "/api\(sample.path)", sample.record.url] {
            let answer = try await daemon.request("GET", path, [("Range", range)])
            sample.expectPart(answer, expected)
        }
    }

    @Test(
        "that cannot be satisfied",
        arguments: [
            "bytes=1000-", "bytes=1000-1000", "bytes=1001-2000", "bytes=-0", "bytes=9223372036854775807-",
            "bytes=9223372036854775808-",
            "bytes=18446744073709551616-", "bytes=99999999999999999999-", "bytes=1000-,2000-",
        ]
    )
    func unsatisfiable(range: String) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        sample.expectUnsatisfiable(try await daemon.request("GET", sample.path, [("Range", range)]))
    }

    @Test(
        "that are none, or of an unknown unit, are ignored",
        arguments: [
            "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-a", "bytes=5-2", "bytes=+1-3", "bytes=1--3",
            "bytes=0x1-5",
            "bytes=1-2-3", "bytes=1.5-2", "items=0-5", "bytes 0-5", "byte=0-5", "bytes=0-1,x", "bytes=--1",
            "bytes=1-2;3-4", "seconds=1-2",
        ]
    )
    func ignored(range: String) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        sample.expectWhole(try await daemon.request("GET", sample.path, [("Range", range)]))
    }

    @Test("of a HEAD are ignored")
    func head() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for range in ["bytes=0-1", "bytes=2000-", "bytes=0-1,5-6"] {
            let answer = try await daemon.request("HEAD", sample.path, [("Range", range)])
            #expect(answer.status == 200)
            #expect(answer["Content-Range"] == nil)
            #expect(answer["Content-Length"] == "1000")
            #expect(answer["Accept-Ranges"] == "bytes")
        }
    }

    @Test("twice in a head are not mixed up")
    func twice() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let answer = try await daemon.request("GET", sample.path, [("Range", "bytes=0-1"), ("Range", "bytes=5-6")])
        // Range is no list field: joined, the two are no valid set. Whole, or both parts; never one length with other bytes.
        #expect([200, 206, 400].contains(answer.status))
        if answer.status == 206, answer["Content-Range"] != nil { #expect(answer.body.count == 2) }
    }

    @Test("together make a multipart/byteranges of exactly these parts")
    func several() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let answer = try await daemon.request("GET", sample.path, [("Range", "bytes=0-9, 500-509, -5")])
        #expect(answer.status == 206)
        #expect(answer["Content-Range"] == nil)
        #expect(answer["ETag"] == sample.tag)
        let type = try #require(answer["Content-Type"])
        #expect(type.hasPrefix("multipart/byteranges; boundary="))
        let boundary = type.dropFirst("multipart/byteranges; boundary=".count).filter { $0 != "\"" }
        #expect(answer["Content-Length"] == "\(answer.body.count)")
        var expected: [UInt8] = []
        let parts = answer.text.components(separatedBy: "--\(boundary)")
        #expect(parts.count == 5)
        #expect(parts.last?.hasPrefix("--") == true)
        for (part, range) in zip(parts.dropFirst(), [0...9, 500...509, 995...999]) {
            #expect(part.contains("bytes \(range.lowerBound)-\(range.upperBound)/1000"))
            #expect(part.lowercased().contains("content-type: text/plain"))
            expected += sample.bytes[range]
            let content = part.components(separatedBy: "\r\n\r\n").last ?? ""
            #expect(content == String(decoding: sample.bytes[range], as: UTF8.self) + "\r\n")
        }
        #expect(expected.count == 25)
    }

    @Test(
        "by the hundred do not make the answer longer than the file",
        arguments: [
            "bytes=" + (0..<200).map { "\($0)-\($0 + 500)" }.joined(separator: ","),
            "bytes=" + [String](repeating: "0-", count: 400).joined(separator: ","),
            "bytes=" + (0..<400).map { "\(998 - 2 * $0)-\(998 - 2 * $0)" }.joined(separator: ","),
        ]
    )
    func amplification(range: String) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let answer = try await daemon.request("GET", sample.path, [("Range", range)])
        #expect([200, 206, 416].contains(answer.status))
        #expect(answer.body.count <= 1000)
    }

    @Test("of a film put together are the film")
    func reassembly() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 3 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        let probe = try await daemon.connect()
        var received: [UInt8] = []
        while received.count < bytes.count {
            let last = min(received.count + 700_001, bytes.count) - 1
            let fields = [("Range", "bytes=\(received.count)-\(last)"), ("If-Range", sample.tag)]
            let answer = try await probe.request("GET", sample.path, fields)
            sample.expectPart(answer, received.count...last)
            try #require(!answer.body.isEmpty)
            received += answer.body
        }
        #expect(received == bytes)
    }
}

extension String {
    /// The parts between occurrences of `separator`.
    func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let found = rest.firstRange(of: separator) {
            parts.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return parts + [String(rest)]
    }
}
