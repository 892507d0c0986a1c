import MediaTesting
import Testing

@Suite("Heads that are no good", .daemon(), .timeLimit(.minutes(3)))
struct BadHeadTests {
    struct Head: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let status: Int
    }

    private static let host = "Host: x\r\n"

    static let broken: [Head] = [
        .init(testDescription: "no Host", text: "GET /healthz HTTP/1.1\r\n\r\n", status: 400),
        .init(testDescription: "two Hosts", text: "GET /healthz HTTP/1.1\r\n\(host)Host: y\r\n\r\n", status: 400),
        .init(testDescription: "two in HTTP/1.0", text: "GET /healthz HTTP/1.0\r\n\(host)\(host)\r\n", status: 400),
        .init(testDescription: "a Host of two words", text: "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", status: 400),
        .init(testDescription: "a Host with a path", text: "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", status: 400),
        .init(testDescription: "a Host with a user", text: "GET /healthz HTTP/1.1\r\nHost: u@b\r\n\r\n", status: 400),
        .init(testDescription: "a list of Hosts", text: "GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n", status: 400),
        .init(testDescription: "HTTP/2.0", text: "GET /healthz HTTP/2.0\r\n\(host)\r\n", status: 505),
        .init(testDescription: "HTTP/0.9", text: "GET /healthz\r\n", status: 400),
        .init(testDescription: "HTTP/2's preface", text: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 400),
        .init(testDescription: "an unknown method", text: "FOO /healthz HTTP/1.1\r\n\(host)\r\n", status: 501),
        .init(testDescription: "a method in small letters", text: "get /healthz HTTP/1.1\r\n\(host)\r\n", status: 501),
        .init(testDescription: "CONNECT", text: "CONNECT y:80 HTTP/1.1\r\n\(host)\r\n", status: 501),
        .init(testDescription: "an address without a path", text: "GET y:80 HTTP/1.1\r\n\(host)\r\n", status: 400),
        .init(testDescription: "an address without a slash", text: "GET healthz HTTP/1.1\r\n\(host)\r\n", status: 400),
        .init(testDescription: "GET of *", text: "GET * HTTP/1.1\r\n\(host)\r\n", status: 400),
        .init(testDescription: "NUL in the address", text: "GET /h\u{0}z HTTP/1.1\r\n\(host)\r\n", status: 400),
        .init(testDescription: "white space first", text: " GET /healthz HTTP/1.1\r\n\(host)\r\n", status: 501),
        .init(
            testDescription: "an unknown expectation",
            text: "POST /api/upload HTTP/1.1\r\n\(host)Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello",
            status: 417
        ),
        .init(
            testDescription: "one expectation too many",
            text: "POST /api/upload HTTP/1.1\r\n\(host)Expect: 100-continue, x\r\nContent-Length: 5\r\n\r\nhello",
            status: 417
        ),
        .init(
            testDescription: "a field that is too large",
            text: "GET /healthz HTTP/1.1\r\n\(host)X: \(String(repeating: "x", count: 40_000))\r\n\r\n",
            status: 431
        ),
        .init(
            testDescription: "fields that are too large together",
            text: "GET /healthz HTTP/1.1\r\n\(host)"
                + (0..<50).map { "X\($0): \(String(repeating: "x", count: 900))\r\n" }.joined() + "\r\n",
            status: 431
        ),
        .init(
            testDescription: "too many fields",
            text: "GET /healthz HTTP/1.1\r\n\(host)" + (0..<150).map { "X\($0): y\r\n" }.joined() + "\r\n",
            status: 431
        ),
        .init(
            testDescription: "a line that is too long",
            text: "GET /\(String(repeating: "a", count: 40_000)) HTTP/1.1\r\n\(host)\r\n",
            status: 414
        ),
    ]

    @Test("are refused by one answer and the end of the connection", arguments: broken)
    func refused(head: Head) async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        try await probe.send(head.text + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try await probe.receive()
        #expect(answer.status == head.status)
        #expect(answer["Connection"] == "close")
        #expect(answer["Content-Type"] == "application/problem+json")
        #expect(answer["Date"] != nil)
        #expect(try await probe.isClosedByServer(), "a second answer")
    }

    @Test("are not waited for to their end when they have none", arguments: ["GET /", "GET / HTTP/1.1\r\nHost: x\r\n"])
    func endless(start: String) async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        let more =
            start.hasSuffix("\n") ? "X: \(String(repeating: "y", count: 997))\r\n" : String(repeating: "y", count: 997)
        try await probe.send(start)
        do {
            for _ in 0..<100_000 { try await probe.send(more) }
            Issue.record("100 MB were taken")
        } catch HTTPProbeError.closed {}
    }

    @Test(
        "of methods that make no sense get 405 with Allow, and the connection goes on",
        arguments: ["TRACE", "PURGE", "MOVE"]
    )
    func methods(method: String) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let probe = try await daemon.connect()
        let answer = try await probe.request(method, sample.path)
        #expect(answer.status == 405)
        #expect(answer["Allow"]?.contains("GET") == true)
        sample.expectWhole(try await probe.request("GET", sample.path))
    }

    @Test("of old clients, and of new ones that want to leave, are as good as any")
    func good() async throws {
        let daemon = try Daemon.current()
        for (text, stays) in [
            ("GET /healthz HTTP/1.0\r\n\r\n", false), ("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
            ("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: foo, close, bar\r\n\r\n", false),
            ("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: foo\r\nConnection: Close\r\n\r\n", false),
            ("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: foo, bar\r\n\r\n", true),
            ("GET http://y:1/healthz HTTP/1.1\r\nHost: z\r\n\r\n", true),
            ("GET /healthz HTTP/1.1\r\nHost: \r\n\r\n", true),
            ("GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", true),
            ("\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", true),
        ] {
            let probe = try await daemon.connect()
            try await probe.send(text)
            #expect(try await probe.receive().status == 200, "\(text)")
            if stays {
                #expect(try await probe.request("GET", "/healthz").status == 200, "\(text)")
            } else {
                #expect(try await probe.isClosedByServer(), "\(text)")
            }
        }
    }

    @Test("a hundred in one go are answered in their order")
    func pipelining() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let probe = try await daemon.connect()
        let requests = (0..<100).map { number in
            switch number % 4 {
            case 0: "GET \(sample.path) HTTP/1.1\r\nHost: x\r\nRange: bytes=\(number)-\(number + 9)\r\n\r\n"
            case 1: "GET /files/documents/nothing-\(number) HTTP/1.1\r\nHost: x\r\n\r\n"
            case 2: "HEAD \(sample.path) HTTP/1.1\r\nHost: x\r\n\r\n"
            default: "GET \(sample.path) HTTP/1.1\r\nHost: x\r\n\r\n"
            }
        }
        try await probe.send(requests.joined())
        for number in 0..<100 {
            switch number % 4 {
            case 0: sample.expectPart(try await probe.receive(), number...number + 9)
            case 1: #expect(try await probe.receive().status == 404)
            case 2: #expect(try await probe.receive(to: "HEAD")["Content-Length"] == "\(sample.bytes.count)")
            default: sample.expectWhole(try await probe.receive())
            }
        }
    }
}
