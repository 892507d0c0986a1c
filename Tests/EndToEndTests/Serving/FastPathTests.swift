import MediaTesting
import Testing

/// Which requests are answered on the event loop: all that players and browsers send for a file that was asked for before.
@Suite("The fast path", .daemon(), .timeLimit(.minutes(3)))
struct FastPathTests {
    static let clients: [String: [(String, String)]] = [
        "wrk": [], "curl": [("User-Agent", "curl/7.88.1"), ("Accept", "*/*")],
        "Chromium's video": [
            ("sec-ch-ua-platform", "\"Linux\""), ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"), ("Accept", "*/*"),
            ("Accept-Encoding", "identity;q=1, *;q=0"), ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Mode", "no-cors"),
            ("Sec-Fetch-Dest", "video"), ("Referer", "http://127.0.0.1/"), ("Accept-Language", "en-GB,en;q=0.9"),
            ("Priority", "i"), ("Connection", "keep-alive"),
        ],
        "Firefox's image": [
            ("User-Agent", "Mozilla/5.0"),
            ("Accept", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"),
            ("Accept-Language", "de,en-US;q=0.7"), ("Accept-Encoding", "gzip, deflate, br, zstd"), ("DNT", "1"),
            ("Sec-GPC", "1"), ("Cookie", "a=b; c=d"), ("Cache-Control", "no-cache"), ("Pragma", "no-cache"),
            ("TE", "trailers"),
        ],
        "Safari's player": [
            ("Accept", "*/*"), ("Accept-Encoding", "identity"), ("Accept-Language", "en-GB,en;q=0.9"),
            ("User-Agent", "AppleCoreMedia/1.0.0.21F79 (iPhone; U; CPU OS 17_5 like Mac OS X; en_gb)"),
            ("X-Playback-Session-Id", "6E7B2D5C-0A6B-4A2A-9C43-2E0C3CF7F7A1"),
        ],
        "ffmpeg": [
            ("User-Agent", "Lavf/59.27.100"), ("Accept", "*/*"), ("Connection", "close"), ("Icy-MetaData", "1"),
        ],
        "VLC": [("Accept-Language", "en_GB"), ("User-Agent", "VLC/3.0.24 LibVLC/3.0.24")],
        "a proxy": [
            ("Via", "1.1 x"), ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "https"),
            ("X-Real-IP", "192.0.2.1"),
            ("Forwarded", "for=192.0.2.1"),
        ],
        "an application": [
            ("X-Client-Version", "1"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ("tracestate", "a=b"), ("X-Requested-With", "XMLHttpRequest"), ("Content-Type", "text/plain"), ("X", "y"),
        ],
        "a content delivery network": [
            ("CF-Ray", "230b030023ae2822-SJC"), ("CF-Connecting-IP", "192.0.2.1"), ("CDN-Loop", "cloudflare"),
            ("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678"), ("Fastly-Client-IP", "192.0.2.1"),
        ],
    ]

    @Test(
        "I5: answers what players and browsers send: whole, ranges, conditions, HEAD",
        arguments: clients.keys.sorted()
    )
    func known(client: String) async throws {
        let daemon = try Daemon.current()
        let head = try #require(Self.clients[client])
        for sample in [
            try await ServedSample.text(daemon),
            try await ServedSample(try Samples.video(), "collection=videos", daemon),
        ] {
            try await sample.warm()
            let requests: [(String, [(String, String)], Int)] = [
                ("GET", [], 200), ("HEAD", [], 200), ("GET", [("Range", "bytes=0-1")], 206),
                ("GET", [("Range", "bytes=5-")], 206), ("GET", [("Range", "bytes=-5"), ("If-Range", sample.tag)], 206),
                ("GET", [("Range", "bytes=5-"), ("If-Range", "\"x\"")], 200),
                ("GET", [("If-None-Match", sample.tag)], 304),
                ("GET", [("If-Modified-Since", sample.lastModified)], 304),
            ]
            for (method, fields, status) in requests {
                let probe = try await daemon.connect()
                let answer = try await probe.request(method, sample.path, head + fields)
                #expect(answer.status == status && answer.isFast, "\(method) \(fields): \(answer.status)")
            }
        }
    }

    @Test(
        "I5: leaves to the router what it does not know",
        arguments: [
            ("Accept", "*/*\r\nAccept: x/y"), ("Authorization", "Basic x"), ("X-Request-ID", "abc"),
            ("Connection", "x, keep-alive"),
        ]
    )
    func unknown(name: String, value: String) async throws {
        let sample = try await ServedSample.text(try Daemon.current())
        try await sample.warm()
        let answer = try await Daemon.current().connect().request("GET", sample.path, [(name, value)])
        sample.expectWhole(answer)
        #expect(!answer.isFast)
    }

    @Test(
        "answers on a connection that brought a body, and behind requests for the router",
        arguments: [
            "Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\n",
            "Content-Length: 0\r\n\r\n", "X-Request-ID: a\r\n\r\n", "Cookie:\t a \r\n\r\n",
        ]
    )
    func afterBody(rest: String) async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        try await sample.warm()
        let probe = try await daemon.connect()
        for method in ["GET", "POST", "DELETE", "PATCH"] {
            let target = method == "GET" ? sample.path : "/healthz"
            let get = "GET \(sample.path) HTTP/1.1\r\nHost: x\r\nX-Client-Version: 1\r\n\r\n"
            try await probe.send("\(method) \(target) HTTP/1.1\r\nHost: x\r\n\(rest)\(get)")
            let first = try await probe.receive()
            #expect(first.status == (method == "GET" ? 200 : 405), "\(method)")
            #expect(first["Connection"] == nil, "\(method): the connection stays")
            let second = try await probe.receive()
            sample.expectWhole(second)
            #expect(second.isFast, "\(method)")
        }
    }

    @Test("I5: answers nothing behind an answer that closes")
    func closing() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        try await sample.warm()
        let probe = try await daemon.connect()
        let get = "GET \(sample.path) HTTP/1.1\r\nHost: x\r\n"
        try await probe.send("\(get)\r\n\(get)Connection: close\r\n\r\n\(get)\r\n\(get)\r\n")
        sample.expectWhole(try await probe.receive())
        let last = try await probe.receive()
        sample.expectWhole(last)
        #expect(last["Connection"] == "close")
        #expect(try await probe.isClosedByServer())
    }

    @Test("I5: takes a head that comes in pieces, and many at once, for what they are")
    func pieces() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample.text(daemon)
        try await sample.warm()
        let probe = try await daemon.connect()
        let request = "GET \(sample.path) HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\n\r\n"
        for cut in stride(from: 1, to: request.utf8.count, by: 7) {
            try await probe.send(Array(request.utf8.prefix(cut)))
            try await probe.send(Array(request.utf8.dropFirst(cut)))
            let answer = try await probe.receive()
            sample.expectPart(answer, 1...2, "cut at \(cut)")
            #expect(answer.isFast, "cut at \(cut)")
        }
        let crowd = [String](repeating: request, count: 200).joined()
        try await probe.send(crowd)
        for _ in 0..<200 { sample.expectPart(try await probe.receive(), 1...2) }
    }
}
