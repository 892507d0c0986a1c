import Foundation
import MediaTesting
import Testing

@Suite("The page, as filmd serves it", .films, .timeLimit(.minutes(3)))
struct PageServingTests {
    private struct Build: Decodable {
        var version: String
        var files: [String]
    }

    private static func build(of service: DaemonProcess) async throws -> Build {
        let text = try await service.request("GET", "/build.js").text
        let json = text.replacing("self.build = ", with: "").replacing(";\n", with: "")
        return try JSONDecoder().decode(Build.self, from: Data(json.utf8))
    }

    private static let policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

    @Test(
        "has one document at every address of its views, which is asked for anew each time",
        arguments: [
            "/", "/movies/0192f3a0-0000-7000-8000-000000000000", "/playlists",
            "/playlists/0192f3a0-0000-7000-8000-000000000000", "/shared/abcdefghijklmnop", "/waiting", "/me",
            "/me?from=elsewhere",
        ]
    )
    func documents(_ path: String) async throws {
        let service = try Films.current().service
        let version = try await Self.build(of: service).version
        let response = try await service.request("GET", path)
        #expect(response.status == 200)
        #expect(response["Content-Type"] == "text/html; charset=utf-8")
        #expect(response["Cache-Control"] == "no-cache")
        #expect(response["Content-Security-Policy"] == Self.policy)
        #expect(response["X-Content-Type-Options"] == "nosniff")
        #expect(response.text.contains("/front/\(version)/app.js"))
        #expect(!response.text.contains("/front/current/"))
        // Without content, with the same fields.
        let head = try await service.request("HEAD", path)
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(head["Content-Length"] == response["Content-Length"] && head["ETag"] == response["ETag"])
        // Known already.
        let known = try await service.request("GET", path, [("If-None-Match", try #require(response["ETag"]))])
        #expect(known.status == 304 && known.body.isEmpty)
        #expect(known["Cache-Control"] == "no-cache" && known["Content-Security-Policy"] == Self.policy)
    }

    @Test("says of what its build consists, and every file of it is there for ever")
    func files() async throws {
        let service = try Films.current().service
        let build = try await Self.build(of: service)
        #expect(build.version.wholeMatch(of: /[0-9a-f]{12}/) != nil)
        #expect(build.files.count > 50)
        #expect(!build.files.contains { $0.hasSuffix("index.html") || $0.hasSuffix("service-worker.js") })
        let types = [
            "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "json": "application/json",
            "svg": "image/svg+xml", "png": "image/png",
        ]
        for path in build.files {
            #expect(path.hasPrefix("/front/\(build.version)/"))
            let response = try await service.request("GET", path)
            #expect(response.status == 200, "\(path)")
            #expect(response["Cache-Control"] == "public, max-age=31536000, immutable", "\(path)")
            #expect(response["Content-Type"] == types[String(path.split(separator: ".").last ?? "")], "\(path)")
            #expect(response["X-Content-Type-Options"] == "nosniff")
        }
        for (path, type) in [
            ("/service-worker.js", types["js"]), ("/media-client.js", types["js"]), ("/build.js", types["js"]),
            ("/manifest.webmanifest", "application/manifest+json"),
        ] {
            let response = try await service.request("GET", path)
            #expect(response.status == 200 && response["Cache-Control"] == "no-cache", "\(path)")
            #expect(response["Content-Type"] == type, "\(path)")
            #expect(!response.text.contains("/front/current/icons"), "\(path)")
        }
    }

    @Test("is compressed for whoever takes that, and tells caches so")
    func compressed() async throws {
        let service = try Films.current().service
        let plain = try await service.request("GET", "/")
        let small = try await service.request("GET", "/", [("Accept-Encoding", "br, gzip")])
        #expect(plain["Content-Encoding"] == nil && plain["Vary"] == "Accept-Encoding")
        #expect(small["Content-Encoding"] == "gzip" && small["Vary"] == "Accept-Encoding")
        #expect(small["ETag"] != plain["ETag"])
        #expect(small.body.count < plain.body.count / 2 && small.body.prefix(2) == [0x1f, 0x8b])
        let refused = try await service.request("GET", "/", [("Accept-Encoding", "gzip;q=0, *")])
        #expect(refused["Content-Encoding"] == nil && refused.body == plain.body)
    }

    @Test(
        "has nothing else",
        arguments: [
            "/front/current/app.js", "/front/000000000000/app.js", "/front/..%2f..%2fPackage.swift", "/index.html",
            "/front/aaaaaaaaaaaa/../../etc/passwd", "/nothing", "/.git/config",
        ]
    )
    func nothing(_ path: String) async throws {
        let response = try await Films.current().service.request("GET", path)
        #expect(response.status == 404)
        #expect(response["Content-Type"] == "application/problem+json")
        #expect(response.text.contains("\"not_found\""))
    }

    @Test(
        "answers a browser at any other address, which says that there is nothing; programs and the API get a problem",
        arguments: ["/playlists/x/y", "/nothing", "/index.html", "/movies", "/me/more?x=1"]
    )
    func elsewhere(_ path: String) async throws {
        let service = try Films.current().service
        let browser = ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        let response = try await service.request("GET", path, [browser])
        #expect(response.status == 404)
        #expect(response["Content-Type"] == "text/html; charset=utf-8")
        #expect(response["Content-Security-Policy"] == Self.policy)
        #expect(response["Cache-Control"] == "no-store" && response["Vary"] == "Accept, Accept-Encoding")
        #expect(response["ETag"] == nil)
        #expect(response.body == (try await service.request("GET", "/").body))
        let head = try await service.request("HEAD", path, [browser])
        #expect(head.status == 404 && head.body.isEmpty && head["Content-Length"] == response["Content-Length"])
        let small = try await service.request("GET", path, [browser, ("Accept-Encoding", "gzip")])
        #expect(small["Content-Encoding"] == "gzip" && small.body.prefix(2) == [0x1f, 0x8b])
        for (method, target, accept) in [
            ("GET", path, "*/*"), ("GET", path, "text/html;q=0, */*"), ("GET", "/api/x\(path)", browser.1),
            ("GET", "//api/x\(path)", browser.1), ("POST", path, browser.1),
        ] {
            let problem = try await service.request(method, target, [("Accept", accept)])
            #expect(
                problem.status == 404 && problem["Content-Type"] == "application/problem+json",
                "\(method) \(target)"
            )
        }
    }

    @Test("of the former build stays there for its pages after a deploy, also when the process is another one")
    func deploy() async throws {
        let films = try Films.current()
        let former = try await Self.build(of: films.service)
        let front = "\(films.site.directory)/next"
        #expect(try await ChildProcess.run(.init("cp", ["-r", films.front, front])).ending == .exited(0))
        try Data("export const added = true;\n".utf8).write(to: URL(fileURLWithPath: "\(front)/added.js"))
        let next = try await films.startAnother(front: front)
        let build = try await Self.build(of: next)
        #expect(build.version != former.version && build.files.contains("/front/\(build.version)/added.js"))
        let path = "/front/\(former.version)/app.js"
        let kept = try await next.request("GET", path, [("Accept-Encoding", "gzip")])
        #expect(kept.status == 200 && kept["Cache-Control"] == "public, max-age=31536000, immutable")
        #expect(kept.body == (try await films.service.request("GET", path, [("Accept-Encoding", "gzip")]).body))
        #expect(try await next.request("GET", "/front/\(former.version)/added.js").status == 404)
        // And the other way round, as both may stand behind one proxy.
        let isThere = try await eventually(within: .seconds(20)) {
            try await films.service.request("GET", "/front/\(build.version)/added.js").status == 200
        }
        #expect(isThere)
        #expect(try await next.terminate() == .exited(0))
    }

    @Test("names mediad's origin where browsers reach it there, and passes nothing on then")
    func publicURL() async throws {
        let films = try Films.current()
        let service = try await films.startAnother(
            front: films.front,
            arguments: ["--media-public-url", "https://media.example.com/"]
        )
        let policy = try #require(try await service.request("GET", "/")["Content-Security-Policy"])
        for name in ["img-src", "media-src", "connect-src"] {
            #expect(policy.contains("\(name) 'self' https://media.example.com;"))
        }
        #expect(try await service.request("GET", "/files/posters/1.jpg").status == 404)
        #expect(try await service.request("POST", "/api/uploads").status == 404)
        #expect(try await service.terminate() == .exited(0))
    }

    @Test("comes with probes for whoever watches")
    func health() async throws {
        let films = try Films.current()
        let health = try await films.service.request("GET", "/healthz")
        #expect(health.status == 200 && health.text == "{\"status\":\"ok\"}")
        let readiness = try await films.service.request("GET", "/readyz")
        #expect(readiness.status == 200 && readiness["Cache-Control"] == "no-store")
        #expect(readiness.text.contains("\"media\":\"ok\""))
    }
}
