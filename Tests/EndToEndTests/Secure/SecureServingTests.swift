import MediaTesting
import Testing

/// The rules of serving one by one run over HTTP/2 too (``Route/semantics``); here whole answers are compared.
@Suite("Serving over TLS", .daemon(), .timeLimit(.minutes(3)))
struct SecureServingTests {
    @Test("I9: every answer is the one that HTTP in the clear gets", arguments: CurlVersion.allCases)
    func sameAnswers(version: CurlVersion) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let (path, tag) = (sample.path, sample.tag)
        let cases: [(String, String, [(String, String)])] = [
            ("GET", path, []), ("HEAD", path, []), ("GET", sample.record.url, []), ("GET", "\(path)?download", []),
            ("GET", path, [("Range", "bytes=0-1")]), ("GET", path, [("Range", "bytes=-5")]),
            ("GET", path, [("Range", "bytes=1000-")]), ("GET", path, [("Range", "bytes=+1-3")]),
            ("HEAD", path, [("Range", "bytes=0-1")]), ("GET", path, [("If-None-Match", tag)]),
            ("HEAD", path, [("If-None-Match", "W/\(tag)")]), ("GET", path, [("If-Match", "\"x\"")]),
            ("GET", path, [("Range", "bytes=5-9"), ("If-Range", tag)]),
            ("GET", path, [("Range", "bytes=5-9"), ("If-Range", "\"x\"")]),
            ("GET", path, [("If-Modified-Since", sample.lastModified)]),
            ("GET", path, [("Origin", "https://example.org")]), ("OPTIONS", path, [("Origin", "https://example.org")]),
            ("GET", path, [("Want-Repr-Digest", "sha-256=1")]), ("DELETE", path, []),
            ("GET", "/files/documents/none.txt", []), ("GET", "/files/documents/%2e%2e/x", []),
            ("GET", "/api/media", []),
            ("GET", "/api/media?limit=0", []), ("GET", "/healthz", []), ("POST", "/api/upload", []),
        ]
        for (method, target, fields) in cases {
            let plain = try await daemon.request(method, target, fields)
            let secure = try await daemon.curl(version, method, target, fields)
            #expect(secure.status == plain.status, "\(method) \(target) \(fields)")
            #expect(Self.comparable(secure) == Self.comparable(plain), "\(method) \(target) \(fields)")
            #expect(secure.body == plain.body, "\(method) \(target) \(fields)")
        }
    }

    /// Without what belongs to the connection, or to the moment.
    private static func comparable(_ answer: ProbeResponse) -> Set<String> {
        let left = ["date", "x-request-id", "connection", "keep-alive", "transfer-encoding"]
        return Set(
            answer.fields.map { ($0.name.lowercased(), $0.value) }.filter { !left.contains($0.0) }
                .map { "\($0.0): \($0.1)" }
        )
    }

    @Test("I9: fields that belong to a connection of HTTP/1.1 are not sent over HTTP/2")
    func noConnectionFields() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for target in [sample.path, "/api/media", "/nothing", "/"] {
            let answer = try await daemon.curl(.http2, "GET", target)
            for name in ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade"] {
                #expect(answer[name] == nil, "\(target)")
            }
        }
    }

    @Test("I9: several ranges of a video come byte for byte", arguments: CurlVersion.allCases)
    func severalRanges(version: CurlVersion) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 3 << 20)
        let sample = try await ServedSample(bytes, "collection=videos", daemon)
        let ranges = [0...9, 1_000_000...2_500_000, (bytes.count - 7)...(bytes.count - 1)]
        let value = "bytes=" + ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        let answer = try await daemon.curl(version, "GET", sample.path, [("Range", value)])
        #expect(answer.status == 206)
        let boundary = try #require(answer["Content-Type"]).components(separatedBy: "boundary=").last ?? ""
        var expected: [UInt8] = []
        for range in ranges {
            let place = "bytes \(range.lowerBound)-\(range.upperBound)/\(bytes.count)"
            expected += "--\(boundary)\r\nContent-Type: video/mp4\r\nContent-Range: \(place)\r\n\r\n".utf8
            expected += bytes[range] + Array("\r\n".utf8)
        }
        expected += Array("--\(boundary)--\r\n".utf8)
        #expect(answer.body == expected)
        #expect(answer["Content-Length"] == "\(expected.count)")
    }
}
