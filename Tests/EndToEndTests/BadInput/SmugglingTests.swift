import MediaTesting
import Testing

/// Requests whose end two readers could see in different places. Behind each comes a whole request: it must not be answered,
/// since it may be meant as a part of the first one's body.
@Suite("Request smuggling", .daemon(), .timeLimit(.minutes(3)))
struct SmugglingTests {
    struct Trick: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var line = "HTTP/1.1\r\n"
        /// Header fields behind `Host`.
        let fields: String
        var body = "0\r\n\r\n"
        var statuses = [400]
    }

    static let lengths: [Trick] = [
        .init(testDescription: "a length and chunks", fields: "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        .init(testDescription: "chunks and a length", fields: "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        .init(testDescription: "two lengths", fields: "Content-Length: 5\r\nContent-Length: 6\r\n", body: "hello"),
        .init(testDescription: "one length twice", fields: "Content-Length: 5\r\nContent-Length: 5\r\n", body: "hello"),
        .init(testDescription: "a list of lengths", fields: "Content-Length: 5, 5\r\n", body: "hello"),
        .init(testDescription: "a negative length", fields: "Content-Length: -1\r\n", body: "hello"),
        .init(testDescription: "a length with a sign", fields: "Content-Length: +5\r\n", body: "hello"),
        .init(testDescription: "a hexadecimal length", fields: "Content-Length: 0x5\r\n", body: "hello"),
        .init(testDescription: "an empty length", fields: "Content-Length: \r\n", body: "hello"),
        .init(testDescription: "a length in two words", fields: "Content-Length: 1 0\r\n", body: "hello"),
        .init(testDescription: "2^64 and 5", fields: "Content-Length: 18446744073709551621\r\n", body: "hello"),
    ]

    static let codings: [Trick] = [
        .init(testDescription: "chunked, identity", fields: "Transfer-Encoding: chunked, identity\r\n"),
        .init(testDescription: "identity", fields: "Transfer-Encoding: identity\r\n", statuses: [501]),
        .init(testDescription: "xchunked", fields: "Transfer-Encoding: xchunked\r\n", statuses: [501]),
        .init(testDescription: "gzip, chunked", fields: "Transfer-Encoding: gzip, chunked\r\n", statuses: [501]),
        .init(testDescription: "quoted", fields: "Transfer-Encoding: \"chunked\"\r\n", statuses: [501]),
        .init(
            testDescription: "twice",
            fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
        ),
        .init(
            testDescription: "two codings",
            fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
        ),
        .init(testDescription: "with a vertical tab", fields: "Transfer-Encoding: \u{0B}chunked\r\n"),
        .init(testDescription: "in HTTP/1.0", line: "HTTP/1.0\r\n", fields: "Transfer-Encoding: chunked\r\n"),
    ]

    static let lines: [Trick] = [
        .init(testDescription: "a folded field", fields: "X: a\r\n b\r\nContent-Length: 5\r\n", body: "hello"),
        .init(testDescription: "a folded coding", fields: "Transfer-Encoding:\r\n chunked\r\n"),
        .init(testDescription: "a space before the colon", fields: "Content-Length : 5\r\n", body: "hello"),
        .init(testDescription: "a tab before the colon", fields: "Transfer-Encoding\t: chunked\r\n"),
        .init(testDescription: "a bare LF behind a field", fields: "X: y\nContent-Length: 5\r\n", body: "hello"),
        .init(testDescription: "a bare LF at the end", fields: "Content-Length: 5\r\n\n", body: "hello"),
        .init(testDescription: "a bare CR in a field", fields: "X: a\rContent-Length: 5\r\n", body: "hello"),
        // The decoder takes what stands before the LF for a version.
        .init(
            testDescription: "a bare LF behind the first line",
            line: "HTTP/1.1\n",
            fields: "",
            statuses: [400, 505]
        ),
        .init(
            testDescription: "a bare CR behind the first line",
            line: "HTTP/1.1\r",
            fields: "",
            statuses: [400, 505]
        ),
        .init(testDescription: "a line that begins with a space", line: "HTTP/1.1\r\n X: y\r\n", fields: ""),
        .init(testDescription: "NUL in a value", fields: "X: a\u{0}b\r\nContent-Length: 5\r\n", body: "hello"),
        .init(testDescription: "NUL in a name", fields: "X\u{0}: b\r\nContent-Length: 5\r\n", body: "hello"),
        .init(testDescription: "a control character", fields: "X: a\u{1}b\r\nContent-Length: 5\r\n", body: "hello"),
        .init(testDescription: "no colon", fields: "Content-Length 5\r\n", body: "hello"),
        .init(testDescription: "no name", fields: ": 5\r\n", body: "hello"),
        .init(testDescription: "a name that is none", fields: "X(y): 5\r\n", body: "hello"),
    ]

    static let chunks: [Trick] = [
        ("a size beyond 2^64", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        ("a negative size", "-5\r\nhello\r\n0\r\n\r\n"), ("a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        ("a space behind the size", "5 \r\nhello\r\n0\r\n\r\n"), ("bare LFs", "5\nhello\n0\n\n"),
        ("a bare LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
        ("more bytes than the size", "5\r\nhelloXX0\r\n\r\n"), ("no size", "\r\nhello\r\n0\r\n\r\n"),
        ("a length behind the end", "5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n"),
        ("too many trailers", "5\r\nhello\r\n0\r\n" + (0..<500).map { "T\($0): y\r\n" }.joined() + "\r\n"),
    ].map { Trick(testDescription: $0, fields: "Transfer-Encoding: chunked\r\n", body: $1) }

    @Test("is refused, by one answer and the end of the connection", arguments: lengths + codings + lines + chunks)
    func refused(trick: Trick) async throws {
        let daemon = try Daemon.current()
        let name = uniqueName("smuggled")
        let probe = try await daemon.connect()
        try await probe.send(
            "POST /api/upload?collection=documents&name=\(name) \(trick.line)Host: x\r\n\(trick.fields)\r\n\(trick.body)"
                + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        let answer = try await probe.receive(to: "POST")
        #expect(trick.statuses.contains(answer.status), "\(answer.status)")
        #expect(answer["Connection"] == "close")
        #expect(answer["Content-Type"] == "application/problem+json")
        #expect(answer["Date"] != nil)
        #expect(try await probe.isClosedByServer(), "a second answer")
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }

    @Test("is not what a small body in chunks with an extension and a trailer is, or one that nobody reads")
    func innocent() async throws {
        let daemon = try Daemon.current()
        let text = Array("plain text, in chunks\n".utf8)
        let probe = try await daemon.connect()
        let name = uniqueName()
        try await probe.send(
            "POST /api/upload?collection=documents&name=\(name) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\tChunked\r\n\r\n"
                + "\(String(text.count, radix: 16));a=\"b\"\r\n\(String(decoding: text, as: UTF8.self))\r\n0;x\r\nT: y\r\n\r\n"
        )
        #expect(try await probe.receive(to: "POST").status == 201)
        // A body of a request that needs none is read all the same: it is not the next request.
        for body in ["Content-Length: 5\r\n\r\nGET /", "Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n"] {
            try await probe.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\(body)")
            #expect(try await probe.receive().status == 200)
        }
        #expect(try await probe.request("GET", "/healthz").status == 200)
    }
}
