import MediaTesting
import Testing

@Suite("Reading across origins", .daemon(), .timeLimit(.minutes(3)))
struct CrossOriginReadingTests {
    private func list(_ text: String?) -> Set<String> {
        Set((text ?? "").lowercased().split(separator: ",").map { String($0.drop { $0 == " " }) })
    }

    @Test("H6: everybody may read, see the fields that players need, and measure")
    func reading() async throws {
        let daemon = try Daemon.current()
        let sample = try await ServedSample(try Samples.jpeg(), "collection=posters", daemon)
        let cases: [(String, String, [(String, String)], Int)] = [
            ("GET", sample.path, [], 200), ("HEAD", sample.path, [], 200), ("GET", "/api\(sample.path)", [], 200),
            ("GET", sample.path, [("Range", "bytes=0-1")], 206), ("GET", sample.path, [("If-None-Match", "*")], 304),
            ("GET", sample.path, [("Range", "bytes=9999999-")], 416), ("GET", "\(sample.path)?preset=w92", [], 200),
            ("GET", "/files/posters/nothing.jpg", [], 404), ("GET", "/api/media/\(sample.record.id)", [], 200),
            ("GET", "/api/media", [], 200),
        ]
        for (method, path, fields, status) in cases {
            for origin in [[], [("Origin", "https://a.example")], [("Origin", "null")]] {
                let answer = try await daemon.request(method, path, fields + origin)
                #expect(answer.status == status)
                #expect(answer.all("Access-Control-Allow-Origin") == ["*"], "\(method) \(path) \(origin)")
                #expect(answer.all("Timing-Allow-Origin") == ["*"], "\(method) \(path) \(origin)")
                #expect(
                    list(answer["Access-Control-Expose-Headers"]).isSuperset(of: [
                        "content-range", "accept-ranges", "etag", "content-disposition", "repr-digest",
                        "content-length",
                    ])
                )
                #expect(answer["Access-Control-Allow-Credentials"] == nil)
            }
        }
    }

    @Test("H6: a preflight allows ranges and conditions, and nothing that changes anything")
    func preflight() async throws {
        let daemon = try Daemon.current()
        for path in [
            "/files/posters/x.jpg?v=1", "/api/files/posters/x.jpg", "/api/media", "/api/media/1", "//files//x",
        ] {
            for method in ["GET", "HEAD", "DELETE", "PUT"] {
                let answer = try await daemon.request(
                    "OPTIONS",
                    path,
                    [
                        ("Origin", "https://a.example"), ("Access-Control-Request-Method", method),
                        ("Access-Control-Request-Headers", "range, if-range"),
                    ]
                )
                #expect(answer.status == 204, "\(path)")
                #expect(answer["Content-Length"] == nil && answer["Transfer-Encoding"] == nil)
                #expect(answer["Access-Control-Allow-Origin"] == "*")
                #expect(list(answer["Access-Control-Allow-Methods"]) == ["get", "head", "options"])
                #expect(
                    list(answer["Access-Control-Allow-Headers"]).isSuperset(of: [
                        "range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since",
                        "want-repr-digest",
                    ])
                )
                #expect(answer["Access-Control-Max-Age"] == "86400")
            }
        }
    }

    @Test("H6: any other OPTIONS is told what the address takes")
    func options() async throws {
        let daemon = try Daemon.current()
        let cases = [
            ("/files/posters/x.jpg", "GET, HEAD, OPTIONS"), ("/api/files/posters/x.jpg", "GET, HEAD, OPTIONS"),
            ("/api/media", "GET, HEAD, OPTIONS"), ("/api/media/1", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ]
        for (path, allowed) in cases {
            for fields in [[], [("Origin", "https://a.example")]] {
                let answer = try await daemon.request("OPTIONS", path, fields)
                #expect(answer.status == 204)
                #expect(answer["Allow"] == allowed, "\(path)")
                #expect(answer["Content-Length"] == nil)
                #expect(answer["Access-Control-Allow-Methods"] == nil)
            }
        }
        // Two on one connection: the first has no body to wait for.
        let probe = try await daemon.connect()
        for _ in 0..<2 { #expect(try await probe.request("OPTIONS", "/files/posters/x.jpg").status == 204) }
    }

    @Test("H7: what an address does not take is refused with what it takes, however it is written")
    func methods() async throws {
        let daemon = try Daemon.current()
        let cases = [
            ("/files/posters/x.jpg", "GET, HEAD, OPTIONS"), ("//files//posters//x.jpg", "GET, HEAD, OPTIONS"),
            ("/api/files/posters/x.jpg", "GET, HEAD, OPTIONS"), ("/api/media", "GET, HEAD, OPTIONS"),
            ("/api/media/", "GET, HEAD, OPTIONS"), ("/api/media/1", "GET, HEAD, PATCH, DELETE, OPTIONS"),
            ("/api/upload", "POST, OPTIONS"), ("/api/uploads", "POST, OPTIONS"), ("/", "GET, HEAD"),
            ("/healthz", "GET, HEAD"), ("/readyz", "GET, HEAD"),
        ]
        for (path, allowed) in cases {
            for method in ["PUT", "PROPFIND", "TRACE"] {
                let answer = try await daemon.request(method, path)
                try answer.expectProblem(405, "method_not_allowed", "\(method) \(path)")
                #expect(answer["Allow"] == allowed, "\(method) \(path)")
            }
        }
        for path in ["/nothing", "/api", "/api/nothing", "/api/media/1/2"] {
            let answer = try await daemon.request("PUT", path)
            try answer.expectProblem(404, "not_found", "\(path)")
            #expect(answer["Allow"] == nil)
        }
    }
}

@Suite(
    "Reading across listed origins",
    .daemon(configuration: Configurations.standard + "cors: {allowedOrigins: [\"https://a.example\"]}\n"),
    .timeLimit(.minutes(3))
)
struct ListedOriginReadingTests {
    @Test("H6: only they may, and caches are told that the answer depends on who asks")
    func reading() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        for (query, vary) in [("", "Origin"), ("&preset=w92", "Accept, Origin")] {
            let allowed = try await daemon.request("GET", record.url + query, [("Origin", "https://a.example")])
            #expect(allowed["Access-Control-Allow-Origin"] == "https://a.example")
            #expect(allowed["Timing-Allow-Origin"] == "https://a.example")
            #expect(allowed["Vary"] == vary)
            for fields in [[], [("Origin", "https://b.example")], [("Origin", "null")]] {
                let other = try await daemon.request("GET", record.url + query, fields)
                #expect(other.status == 200)
                #expect(other["Access-Control-Allow-Origin"] == nil && other["Timing-Allow-Origin"] == nil)
                #expect(other["Vary"] == vary)
            }
        }
    }

    @Test("H6: only they get an answer to a preflight")
    func preflight() async throws {
        let daemon = try Daemon.current()
        for (origin, isAllowed) in [("https://a.example", true), ("https://b.example", false), ("null", false)] {
            let fields = [("Origin", origin), ("Access-Control-Request-Method", "GET")]
            let answer = try await daemon.request("OPTIONS", "/files/posters/x.jpg", fields)
            #expect(answer.status == 204)
            #expect((answer["Access-Control-Allow-Methods"] != nil) == isAllowed)
            #expect(answer["Access-Control-Allow-Origin"] == (isAllowed ? origin : nil))
            #expect(answer["Vary"] == "Origin")
        }
    }
}
