import Foundation
import MediaTesting
import Testing

@Suite("Files and uploads, passed on by filmd", .films, .timeLimit(.minutes(5)))
struct ProxyTests {
    private static let tus = ("Tus-Resumable", "1.0.0")
    private static let piece = ("Content-Type", "application/offset+octet-stream")

    private static func metadata(_ members: [(String, String)]) -> String {
        members.map { "\($0) \(Data($1.utf8).base64EncodedString())" }.joined(separator: ",")
    }

    private static func bearer(_ text: String) -> (String, String) { ("Authorization", "Bearer \(text)") }

    /// The right to one upload, as filmd would have it from mediad.
    private static func grant(_ films: Films, _ collection: String, _ name: String) async throws -> String {
        let body = Array("{\"collection\": \"\(collection)\", \"name\": \"\(name)\"}".utf8)
        let response = try await films.media.request("POST", "/api/grants", [Self.bearer(films.key)], body: body)
        try #require(response.status == 201, "\(response.text)")
        let members = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        return try #require(members?["token"] as? String)
    }

    /// Begins an upload through filmd.
    private static func create(_ films: Films, _ name: String, length: Int) async throws -> (String, String) {
        let token = try await Self.grant(films, "videos", name)
        let response = try await films.service.request(
            "POST",
            "/api/uploads",
            [
                Self.tus, Self.bearer(token), ("Upload-Length", "\(length)"),
                ("Upload-Metadata", Self.metadata([("collection", "videos"), ("name", name)])),
            ],
            body: []
        )
        try #require(response.status == 201, "\(response.text)")
        return (try #require(response["Location"]), token)
    }

    private static func offset(_ films: Films, _ path: String, _ token: String) async throws -> Int? {
        try await films.service.request("HEAD", path, [Self.tus, Self.bearer(token)])["Upload-Offset"].flatMap {
            Int($0)
        }
    }

    /// The id of the file that became of an upload.
    private static func file(_ films: Films, _ path: String, _ token: String) async throws -> String? {
        let response = try await films.service.request("GET", path, [Self.tus, Self.bearer(token)])
        let members = try? JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        return (members?["file"] as? [String: Any])?["id"] as? String
    }

    private static func memory(of process: Int32) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    @Test("An upload goes on where it broke off, at an address of filmd's own; nobody gets in without a credential")
    func resumed() async throws {
        let films = try Films.current()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let (path, token) = try await Self.create(films, "resumed", length: bytes.count)
        #expect(path.hasPrefix("/api/uploads/"))
        // The connection breaks in the middle of the body.
        let probe = try await films.service.connect()
        try await probe.send(
            "PATCH",
            path,
            [Self.tus, Self.bearer(token), ("Upload-Offset", "0"), Self.piece],
            beginning: bytes[..<1_000_000],
            of: bytes.count
        )
        probe.reset()
        let isKnown = try await eventually(within: .seconds(20)) {
            let offset = try await Self.offset(films, path, token) ?? 0
            return offset > 0 && offset <= 1_000_000
        }
        #expect(isKnown)
        let offset = try #require(try await Self.offset(films, path, token))
        #expect(try await films.service.request("HEAD", path, [Self.tus]).status == 401)
        let rest = try await films.service.request(
            "PATCH",
            path,
            [Self.tus, Self.bearer(token), ("Upload-Offset", "\(offset)"), Self.piece],
            body: Array(bytes[offset...])
        )
        #expect(rest.status == 204 && rest["Upload-Offset"] == "\(bytes.count)")
        #expect(try await eventually(within: .seconds(30)) { try await Self.file(films, path, token) != nil })
        // Private: not without a right, whoever passes it on.
        #expect(try await films.service.request("GET", "/files/videos/resumed").status == 401)
        let whole = try await films.service.request("GET", "/files/videos/resumed.bin", [Self.bearer(films.key)])
        #expect(whole.status == 200 && whole.body == bytes)
    }

    @Test("Ranges, conditions and refusals are mediad's; what goes ahead of the body's end is heard")
    func ranges() async throws {
        let films = try Films.current()
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let (path, token) = try await Self.create(films, "ranges", length: bytes.count)
        let sent = try await films.service.request(
            "PATCH",
            path,
            [Self.tus, Self.bearer(token), ("Upload-Offset", "0"), Self.piece],
            body: bytes
        )
        #expect(sent.status == 204)
        #expect(try await eventually(within: .seconds(30)) { try await Self.file(films, path, token) != nil })
        let file = "/files/videos/ranges.bin"
        let right = Self.bearer(films.key)
        let head = try await films.service.request("HEAD", file, [right])
        #expect(head.status == 200 && head["Content-Length"] == "200000" && head["Accept-Ranges"] == "bytes")
        let tag = try #require(head["ETag"])
        let part = try await films.service.request(
            "GET",
            file,
            [right, ("Range", "bytes=1000-1999"), ("If-Range", tag)]
        )
        #expect(part.status == 206 && part["Content-Range"] == "bytes 1000-1999/200000")
        #expect(part.body == Array(bytes[1000..<2000]))
        let beyond = try await films.service.request("GET", file, [right, ("Range", "bytes=200000-")])
        #expect(beyond.status == 416 && beyond["Content-Range"] == "bytes */200000")
        let known = try await films.service.request("GET", file, [right, ("If-None-Match", tag)])
        #expect(known.status == 304 && known.body.isEmpty && known["ETag"] == tag)
        // The wrong offset: mediad says so, and the connection does not hang on the rest.
        let late = try await films.service.request(
            "PATCH",
            path,
            [Self.tus, Self.bearer(token), ("Upload-Offset", "5"), Self.piece],
            body: [UInt8](repeating: 1, count: 100_000)
        )
        #expect((400..<500).contains(late.status), "\(late.status)")
        #expect(try await films.service.request("GET", "/files/%zz").status == 400)
        let hidden = try await films.service.request("GET", "/files/..%2fx")
        #expect(hidden.status == 400 && hidden.text.contains("a slash or a backslash stands inside of a segment"))
        #expect(try await films.service.request("OPTIONS", "/api/uploads")["Tus-Version"] == "1.0.0")
    }

    @Test("300 MB go in, and out again to ten slow readers, while filmd's memory stays what it was")
    func large() async throws {
        let films = try Films.current()
        let (length, pieces) = (300 << 20, 75)
        let (path, token) = try await Self.create(films, "large", length: length)
        let piece = (0..<(length / pieces)).map { UInt8(truncatingIfNeeded: $0 &* 13 ^ $0 >> 9) }
        let before = Self.memory(of: films.service.process.processID)
        let probe = try await films.service.connect()
        try await probe.send(
            "PATCH",
            path,
            [Self.tus, Self.bearer(token), ("Upload-Offset", "0"), Self.piece],
            beginning: piece,
            of: length
        )
        for _ in 1..<pieces { try await probe.send(piece) }
        let sent = try await probe.receive(to: "PATCH")
        #expect(sent.status == 204 && sent["Upload-Offset"] == "\(length)")
        #expect(try await eventually(within: .seconds(60)) { try await Self.file(films, path, token) != nil })
        #expect(Self.memory(of: films.service.process.processID) - before < 48 << 10)

        let file = "/files/videos/large.bin"
        let fields = [Self.bearer(films.key), ("Range", "bytes=1000-")]
        var readers: [HTTPProbe] = []
        for _ in 0..<10 {
            let reader = try await films.service.connect(receiveBufferBytes: 64 << 10)
            try await reader.send("GET", file, fields)
            readers.append(reader)
        }
        // They read little; the rest waits at mediad, not here.
        for reader in readers { _ = try await reader.take(exactly: 200_000) }
        let quick = try await films.service.request("GET", file, [Self.bearer(films.key), ("Range", "bytes=-1000")])
        #expect(quick.status == 206 && quick.body == Array(piece.suffix(1000)))
        #expect(Self.memory(of: films.service.process.processID) - before < 64 << 10)
        // Clients that go away leave nothing behind at mediad either.
        for reader in readers { reader.reset() }
    }

    @Test("While mediad is away it is 503 with a code, and all is well when it is back")
    func away() async throws {
        let films = try await Films.start()
        let port = films.media.port
        await films.media.kill9()
        for (method, path) in [("GET", "/files/posters/1.jpg"), ("POST", "/api/uploads"), ("HEAD", "/api/uploads/1")] {
            let response = try await films.service.request(method, path)
            #expect(response.status == 503, "\(method) \(path)")
            #expect(response["Retry-After"] != nil)
            if method != "HEAD" { #expect(response.text.contains("\"media_unavailable\"")) }
        }
        let readiness = try await films.service.request("GET", "/readyz")
        #expect(readiness.status == 200 && readiness.text.contains("\"media\":\"unavailable\""))
        #expect(try await films.service.request("GET", "/").status == 200)
        let again = try await films.site.start(
            environment: Films.mediaEnvironment,
            arguments: ["--port", "\(port)"]
        )
        #expect(try await films.service.request("GET", "/files/posters/1.jpg").status == 404)
        #expect(try await films.service.terminate() == .exited(0))
        #expect(try await again.terminate() == .exited(0))
        try await films.site.remove()
    }
}
