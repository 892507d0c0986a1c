import MediaTesting
import Testing

@Suite("A connection", .daemon(), .timeLimit(.minutes(3)))
struct ConnectionTests {
    @Test("stays in step after every kind of answer", arguments: Route.allCases)
    func keepsStep(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let odd: [(String, String, [(String, String)])] = [
            ("GET", sample.path, []), ("HEAD", sample.path, []), ("GET", sample.path, [("Range", "bytes=0-0")]),
            ("GET", sample.path, [("Range", "bytes=999-")]), ("GET", sample.path, [("Range", "bytes=1000-")]),
            ("GET", sample.path, [("Range", "bytes=5-2")]), ("GET", sample.path, [("Range", "bytes=0-1,5-6")]),
            ("HEAD", sample.path, [("Range", "bytes=0-1")]), ("GET", sample.path, [("If-None-Match", sample.tag)]),
            ("HEAD", sample.path, [("If-None-Match", "*")]), ("GET", sample.path, [("If-Match", "\"x\"")]),
            ("HEAD", sample.path, [("If-Match", "\"x\"")]), ("GET", "/files/posters/nothing.jpg", []),
            ("HEAD", "/files/posters/nothing.jpg", []), ("HEAD", "/nowhere", []), ("GET", "/files/../x", []),
            ("GET", "\(sample.path)?preset=w92", []), ("DELETE", "/api/files/x/y", []), ("GET", "/api/media", []),
            ("GET", "/healthz", []),
            ("HEAD", "/healthz", []), ("HEAD", "/", []), ("POST", "/files/posters/x.jpg", []),
            ("OPTIONS", "/files/posters/x.jpg", []),
        ]
        for (method, target, fields) in odd {
            let comment: Comment = "after \(method) \(target) \(fields)"
            let probe = try await daemon.connect()
            do {
                let answer = try await probe.request(method, target, fields + route.fields)
                #expect(answer["Connection"]?.lowercased() != "close", comment)
                // The next answer begins where this one ends, and is the right one; so is the one after that.
                for _ in 0..<2 {
                    sample.expectWhole(try await probe.request("GET", sample.path, route.fields), comment)
                }
            } catch let error as HTTPProbeError {
                Issue.record(error, comment)
            }
        }
    }

    @Test("may be asked in advance: the answers come in order", arguments: Route.allCases)
    func pipelining(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let film = try await ServedSample(try Samples.video(), "collection=videos", daemon)
        let probe = try await daemon.connect()
        func get(_ path: String, _ more: String = "") -> String {
            "GET \(path) HTTP/1.1\r\nHost: x\r\n\(more)\(route.lines)\r\n"
        }
        try await probe.send(
            get(sample.path) + get(film.path) + get(sample.path, "Range: bytes=5-9\r\n")
                + "HEAD \(film.path) HTTP/1.1\r\nHost: x\r\n\r\n" + get("/nowhere")
                + get(film.path, "Range: bytes=-100\r\n")
                + get(sample.path, "If-None-Match: *\r\n") + get(sample.path)
        )
        sample.expectWhole(try await probe.receive())
        film.expectWhole(try await probe.receive())
        sample.expectPart(try await probe.receive(), 5...9)
        #expect(try await probe.receive(to: "HEAD")["Content-Length"] == "\(film.bytes.count)")
        #expect(try await probe.receive().status == 404)
        film.expectPart(try await probe.receive(), film.bytes.count - 100...film.bytes.count - 1)
        sample.expectNotModified(try await probe.receive())
        sample.expectWhole(try await probe.receive())
    }

    @Test("goes on after uploads, taken and refused")
    func uploads() async throws {
        let daemon = try Daemon.current()
        let probe = try await daemon.connect()
        let bytes = try Samples.jpeg()
        #expect(try await probe.request("POST", "/api/upload?collection=posters", body: bytes).status == 201)
        let refused = try await probe.request("POST", "/api/upload?collection=posters", body: Samples.pdf())
        try refused.expectProblem(415, "type_not_allowed")
        if refused["Connection"]?.lowercased() != "close" {
            #expect(try await probe.request("POST", "/api/upload?collection=posters", body: bytes).status == 201)
            #expect(try await probe.request("GET", "/healthz").status == 200)
        } else {
            #expect(try await probe.isClosedByServer())
        }
    }

    @Test("H9: of HTTP/1.0 closes after the answer, unless it is asked to stay", arguments: Route.allCases)
    func oldVersion(route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let closing = try await daemon.connect()
        try await closing.send("GET \(sample.path) HTTP/1.0\r\n\(route.lines)\r\n")
        let answer = try await closing.receive()
        #expect(answer.status == 200)
        #expect(answer.body == sample.bytes)
        #expect(answer["Transfer-Encoding"] == nil)
        #expect(try await closing.isClosedByServer())
        let staying = try await daemon.connect()
        for _ in 0..<2 {
            try await staying.send("GET \(sample.path) HTTP/1.0\r\nConnection: keep-alive\r\n\(route.lines)\r\n")
            #expect(try await staying.receive().body == sample.bytes)
        }
    }

    @Test(
        "H9: that asks to be closed is closed, however it spells that",
        arguments: ["close", "Close", "CLOSE", "x, close", "close, x", "keep-alive, close"],
        Route.allCases
    )
    func close(value: String, route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        let probe = try await daemon.connect()
        let fields = [("Connection", value)] + route.fields
        sample.expectWhole(try await probe.request("GET", sample.path, fields))
        #expect(try await probe.isClosedByServer())
    }

    @Test(
        "H8: of HTTP/1.1 without a Host, or with two, is refused",
        arguments: ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n"],
        Route.allCases
    )
    func host(fields: String, route: Route) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        for target in ["/healthz", sample.path] {
            let probe = try await daemon.connect()
            try await probe.send("GET \(target) HTTP/1.1\r\n\(fields)\(route.lines)\r\n")
            #expect(try await probe.receive().status == 400, "\(target)")
            #expect(try await probe.isClosedByServer())
        }
    }

    @Test(
        "with two lengths, or a length and chunks, is refused: a proxy may see another end",
        arguments: [
            "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: +5\r\n", "Content-Length: 5x\r\n", "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: xchunked\r\n",
        ]
    )
    func smuggling(fields: String) async throws {
        let daemon = try Daemon.current()
        let name = uniqueName("smuggled")
        let probe = try await daemon.connect()
        try await probe.send(
            "POST /api/upload?collection=documents&name=\(name) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
                + "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        let answer = try await probe.receive(to: "POST")
        #expect([400, 501].contains(answer.status), "\(fields) \(answer.status)")
        // Whatever follows is not read as a second request.
        #expect(try await probe.isClosedByServer())
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }

    @Test("with a head that never ends, or of nonsense, is refused and closed")
    func nonsense() async throws {
        let daemon = try Daemon.current()
        for text in [
            "\u{0}\u{1}\u{2}\r\n\r\n", "HELLO\r\n\r\n", "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
            "GET /files/a b HTTP/1.1\r\nHost: x\r\n\r\n",
        ] {
            let probe = try await daemon.connect()
            try await probe.send(text)
            if let answer = try? await probe.receive() { #expect((400..<600).contains(answer.status), "\(text)") }
            #expect(try await probe.isClosedByServer(), "\(text)")
        }
        let probe = try await daemon.connect()
        let line = "X-Filler: \(String(repeating: "x", count: 4000))\r\n"
        do {
            try await probe.send("GET / HTTP/1.1\r\nHost: x\r\n")
            for _ in 0..<200 { try await probe.send(line) }
        } catch is HTTPProbeError {}
        if let answer = try? await probe.receive() { #expect((400..<500).contains(answer.status)) }
        #expect(try await daemon.request("GET", "/healthz").status == 200)
    }
}
