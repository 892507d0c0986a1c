import MediaTesting
import Testing

/// Hundreds of requests put together at random, each asked by both ways: whoever asks must not see which one answered.
@Suite("Both paths through the daemon", .daemon(), .timeLimit(.minutes(3)))
struct RouteComparisonTests {
    @Test("give the same status, fields and bytes, on connections that stay", arguments: [UInt64(1), 2, 3])
    func random(seed: UInt64) async throws {
        let daemon = try Daemon.current()
        let samples = [
            try await ServedSample.text(daemon),
            try await ServedSample(try Samples.jpeg(), "collection=posters", daemon),
            try await ServedSample(try Samples.fixture("cmyk.jpg"), "collection=posters", daemon),
            try await ServedSample(try Samples.video(padding: 1 << 20), "collection=videos", daemon),
        ]
        var numbers = SeededNumbers(test: seed)
        var fast = try await daemon.connect()
        var router = try await daemon.connect()
        var statuses: Set<Int> = []
        var isFast: [Bool] = []
        var fastWithUnreadFields = 0
        for number in 0..<150 {
            let sample = samples[Int.random(in: 0..<10, using: &numbers) / 3]
            let request = RandomRequest(for: sample, using: &numbers)
            let comment: Comment = "request \(number): \(request)"
            let one = try await fast.request(request.method, request.target, request.fields)
            let other = try await router.request(
                request.method,
                request.target,
                request.fields + Route.router.fields
            )
            #expect(one.status == other.status, comment)
            #expect(Self.fields(of: one) == Self.fields(of: other), comment)
            #expect(Self.content(of: one) == Self.content(of: other), comment)
            statuses.insert(one.status)
            if [200, 206, 304].contains(one.status) { isFast.append(one.isFast) }
            if one.isFast, request.fields.contains(where: { $0.0 == "traceparent" }) { fastWithUnreadFields += 1 }
            #expect(!other.isFast, comment)
            if one["Connection"] == "close" { fast = try await daemon.connect() }
            if other["Connection"] == "close" { router = try await daemon.connect() }
        }
        // Else the comparison would have shown nothing: of a router with itself, or of few kinds of answers. About half are fast: the router
        // alone has sets of ranges, pictures that are asked for the first time, and what a busy daemon has not taken into memory yet.
        #expect(isFast.filter { $0 }.count > isFast.count / 3, "\(isFast.filter { $0 }.count) of \(isFast.count)")
        #expect(fastWithUnreadFields > 3, "\(fastWithUnreadFields)")
        #expect(statuses.isSuperset(of: [200, 206, 304, 404, 405, 412, 416]), "\(statuses)")
    }

    /// Everything but what differs from one answer to the next; names without regard to case.
    private static func fields(of answer: ProbeResponse) -> [String] {
        let own = ["date", "x-request-id"]
        return answer.fields.filter { !own.contains($0.name.lowercased()) }
            .map { "\($0.name.lowercased()): \(Self.withoutBoundary($0.value, of: answer))" }.sorted()
    }

    private static func content(of answer: ProbeResponse) -> [UInt8] {
        let isText = answer["Content-Type"].map { $0.hasPrefix("multipart/") || $0.contains("problem+json") } ?? false
        guard isText else { return answer.body }
        // Latin-1 keeps every byte. A problem names its request.
        let text = String(String.UnicodeScalarView(answer.body.map { Unicode.Scalar($0) }))
        return Array(
            withoutBoundary(text, of: answer).replacing(answer["X-Request-ID"] ?? "-", with: "id").utf8
        )
    }

    private static func withoutBoundary(_ text: String, of answer: ProbeResponse) -> String {
        let parts = answer["Content-Type"]?.components(separatedBy: "boundary=") ?? []
        guard parts.count == 2 else { return text }
        return text.replacing(parts[1], with: "boundary")
    }
}

/// A request for a file with ranges, conditions and the rest of what clients send, right and wrong.
private struct RandomRequest: CustomStringConvertible {
    let method: String
    let target: String
    private(set) var fields: [(String, String)] = []

    init(for sample: ServedSample, using numbers: inout SeededNumbers) {
        let methods = [String](repeating: "GET", count: 14) + ["HEAD", "HEAD", "HEAD", "OPTIONS", "DELETE", "POST"]
        method = numbers.pick(methods)
        let version = sample.record.sha256.prefix(32)
        let queries = [
            "", "", "", "?v=\(version)", "?v=0", "?download", "?v=\(version)&download=1", "?preset=w92", "?x",
            "?preset=w92&format=webp",
        ]
        let path = numbers.pick([sample.path, sample.path, sample.path, "/api\(sample.path)", "\(sample.path)x"])
        target = path + numbers.pick(queries)
        let length = sample.bytes.count
        let (first, last) = (
            Int.random(in: 0..<length, using: &numbers), Int.random(in: 0..<2 * length, using: &numbers)
        )
        let tags = [sample.tag, sample.tag, "W/\(sample.tag)", "\"x\"", "*", "\"x\", \(sample.tag)", "nonsense"]
        let dates = [sample.lastModified, "Thu, 01 Jan 1970 00:00:01 GMT", "Fri Jan  1 00:00:00 2100", "soon"]
        let ranges = [
            "bytes=\(first)-\(last)", "bytes=\(min(first, last))-\(max(first, last))", "bytes=\(first)-",
            "bytes=-\(last)",
            "bytes=\(length)-", "bytes=0-0,-1", "bytes=0-1,5-9,\(first)-\(first)", "items=1-2", "bytes=x", "bytes=0-",
        ]
        let choices: [(Int, String, [String])] = [
            (50, "Range", ranges), (20, "If-Range", tags + dates), (25, "If-None-Match", tags), (10, "If-Match", tags),
            (15, "If-Modified-Since", dates), (10, "If-Unmodified-Since", dates),
            (40, "Accept", ["*/*", "image/webp", "image/avif,image/webp", "text/html,image/*;q=0.8", ""]),
            (20, "Origin", ["https://player.example", "null"]), (50, "User-Agent", ["Lavf/59.27.100", "x"]),
            (15, "Want-Repr-Digest", ["sha-256=1", "sha-256=0", "md5=3", "?"]), (30, "Referer", ["http://x/y"]),
            (30, "X-Client-Version", ["1", "2"]), (30, "traceparent", ["00-0af7-b7ad-01"]), (20, "CF-Ray", ["23"]),
            (10, "Content-Type", ["text/plain"]), (10, "X-HTTP-Method-Override", ["DELETE"]), (10, "Cookie", ["a=b"]),
            (40, "Accept-Encoding", ["gzip, br", "identity;q=1, *;q=0"]), (20, "Icy-MetaData", ["1"]),
        ]
        for (percent, name, values) in choices where Int.random(in: 0..<100, using: &numbers) < percent {
            fields.append((name, numbers.pick(values)))
        }
        fields.shuffle(using: &numbers)
    }

    var description: String { "\(method) \(target) \(fields.map { "\($0): \($1)" })" }
}

extension SeededNumbers {
    fileprivate mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }
}
