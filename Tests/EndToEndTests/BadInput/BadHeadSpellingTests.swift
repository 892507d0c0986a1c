import MediaTesting
import Testing

/// What RFC 9112 allows in the spelling of a request, and what is beside it.
@Suite("Spellings of requests", .daemon(), .timeLimit(.minutes(3)))
struct BadHeadSpellingTests {
    /// The status of the answer to these bytes.
    private func status(_ text: String) async throws -> Int {
        let probe = try await Daemon.current().connect()
        try await probe.send(text)
        return try await probe.receive().status
    }

    @Test(
        "D3: Host is a name or an address, and perhaps a port",
        arguments: [
            ("localhost", 200), ("localhost:", 200), ("localhost:65535", 200), ("a.example.", 200), ("a_b", 200),
            ("", 200), ("\th\t ", 200), ("[::1]", 200), ("[::1]:80", 200), ("[fe80::1%25eth0]", 200),
            ("localhost:80x", 400), ("localhost:65536", 400), ("[::g]", 400), ("[::1", 400), ("[::1]x", 400),
            ("::1", 400), ("[1.2.3.4]", 400), ("[fe80::1%]", 400), ("[fe80::1%a/b]", 400), ("u@h", 400), ("a b", 400),
            ("a,b", 400), ("a/b", 400), ("a?b", 400), ("a#b", 400), ("%4", 400), ("h:1:2", 400),
        ]
    )
    func host(value: String, expected: Int) async throws {
        #expect(try await self.status("GET /healthz HTTP/1.1\r\nHost: \(value)\r\n\r\n") == expected)
        #expect(try await self.status("GET /healthz HTTP/1.1\r\nHost: \(value)\r\nX-Route: router\r\n\r\n") == expected)
    }

    @Test(
        "D3: there is one Host in HTTP/1.1, whatever else names the server, and at most one before",
        arguments: [
            ("GET /healthz HTTP/1.1\r\n", 400), ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400),
            ("GET /healthz HTTP/1.1\r\nHost: a\r\nhost: b\r\n", 400), ("GET http://a/healthz HTTP/1.1\r\n", 400),
            ("GET /healthz HTTP/1.2\r\n", 400), ("GET /healthz HTTP/1.0\r\n", 200),
            ("GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n", 400), ("GET http://a/healthz HTTP/1.0\r\n", 200),
            ("GET http://a/healthz HTTP/1.1\r\nHost: a:x\r\n", 400),
        ]
    )
    func hosts(head: String, expected: Int) async throws {
        #expect(try await self.status(head + "\r\n") == expected)
    }

    @Test(
        "D3: a target in absolute form has a scheme, a host and no user; no target has a fragment",
        arguments: [
            ("http://h/healthz", 200), ("HTTP://h:80/healthz", 200), ("https://h/healthz", 200),
            ("http://h:/healthz", 200), ("http://[::1]/healthz", 200), ("http://h", 200), ("http://h?x", 200),
            ("ftp://h/healthz", 400), ("ws://h/healthz", 400), ("http://h:80x/healthz", 400),
            ("http://h:99999/healthz", 400), ("http://:80/healthz", 400), ("http:///healthz", 400),
            ("http:/healthz", 400), ("http://u@h/healthz", 400), ("http://u:p@h/healthz", 400),
            ("http://@h/healthz", 400), ("http://[::g]/healthz", 400), ("http://a,b/healthz", 400),
            ("healthz", 400), ("h:80", 400), ("*", 400), ("urn:x:y", 400), ("/healthz#x", 400),
            ("http://h/healthz#x", 400), ("http://h#x", 400),
        ]
    )
    func target(target: String, expected: Int) async throws {
        #expect(try await self.status("GET \(target) HTTP/1.1\r\nHost: z\r\n\r\n") == expected)
    }

    @Test("D3: the target's authority wins over Host: URLs that are given out have it")
    func authority() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        let fields = ["Host: wrong.example", "Upload-Complete: ?0", "Content-Length: 0"]
        let target = "http://right.example:81/api/upload?collection=documents"
        try await probe.send("POST \(target) HTTP/1.1\r\n\(fields.joined(separator: "\r\n"))\r\n\r\n")
        let location = try #require(try await probe.receive(to: "POST")["Location"])
        #expect(location.hasPrefix("http://right.example:81/api/uploads/"))
    }

    @Test(
        "D3: minor versions of HTTP/1 are understood; others are not",
        arguments: [
            ("HTTP/1.0", 200), ("HTTP/1.1", 200), ("HTTP/1.2", 200), ("HTTP/1.9", 200), ("HTTP/1.10", 505),
            ("HTTP/2.0", 505), ("HTTP/0.9", 505), ("HTTP/3.0", 505), ("HTTP/1", 505), ("HTTP/1.a", 505),
            ("http/1.1", 400), ("ICY/1.1", 400),
        ]
    )
    func version(version: String, expected: Int) async throws {
        #expect(try await self.status("GET /healthz \(version)\r\nHost: h\r\n\r\n") == expected)
    }

    @Test("D3: HTTP/1.2 keeps its connection, and gets files like 1.1")
    func minorVersion() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let probe = try await daemon.connect()
        for _ in 1...3 {
            try await probe.send("GET \(sample.path) HTTP/1.2\r\nHost: h\r\nRange: bytes=0-4\r\n\r\n")
            sample.expectPart(try await probe.receive(), 0...4)
        }
    }

    /// Sends a document of 12 bytes in chunks with this behind each size.
    private func upload(_ fields: String, size: String = "c", ending: String) async throws -> Int {
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        return try await self.status(
            "POST \(target) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\(size)\(ending)\r\nhello there\n\r\n0\(ending)\r\n\r\n"
        )
    }

    @Test(
        "D3: whitespace around values of framing fields is none of theirs",
        arguments: ["Transfer-Encoding: chunked ", "Transfer-Encoding:chunked", "transfer-encoding:\tChunked\t "]
    )
    func whitespace(field: String) async throws {
        #expect(try await self.upload("\(field)\r\n", ending: "") == 201)
        for length in ["12 ", "\t12\t", "12"] {
            let target = "/api/upload?collection=documents&name=\(uniqueName())"
            let head = "POST \(target) HTTP/1.1\r\nHost: h\r\nContent-Length:\(length)\r\n\r\n"
            #expect(try await self.status(head + "hello there\n") == 201)
        }
    }

    @Test(
        "D3: chunk extensions are read, with whitespace and quotes",
        arguments: [
            (";a", 201), (";a=b", 201), ("; a=b", 201), (" ; a = b", 201), ("\t;a", 201), (";a=\"b c;d\"", 201),
            (";a;b=c;d=\"\"", 201), (" ", 400), (" a", 400), (" 5", 400),
            (";a=\u{1}b", 400), (";a\n", 400),
        ]
    )
    func extensions(ending: String, expected: Int) async throws {
        #expect(try await self.upload("Transfer-Encoding: chunked\r\n", ending: ending) == expected)
    }

    @Test("D3: chunk extensions are bounded, each and all together")
    func boundedExtensions() async throws {
        let coding = "Transfer-Encoding: chunked\r\n"
        let some = ";" + String(repeating: "x", count: 8000)
        #expect(try await self.upload(coding, ending: some) == 201)
        #expect(try await self.upload(coding, ending: some + some + some) == 400)
        let chunks = String(repeating: "1;\(String(repeating: "x", count: 30))\r\na\r\n", count: 1000)
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        let head = "POST \(target) HTTP/1.1\r\nHost: h\r\n\(coding)\r\n"
        #expect(try await self.status("\(head)\(chunks)0\r\n\r\n") == 400)
    }
}
