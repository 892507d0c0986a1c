import Testing

@testable import MediaClient

@Suite("mediad as a service reaches it")
struct MediaClientTests {
    /// Lends a client of a server with these responses.
    static func with(
        _ replies: [StandInServer.Reply],
        _ body: (MediaClient, StandInServer) async throws -> Void
    ) async throws {
        let server = try await StandInServer(replies)
        let client = MediaClient(server: server.address + "/", key: "mk_key")
        do {
            try await body(client, server)
        } catch {
            await client.shutdown()
            await server.close()
            throw error
        }
        await client.shutdown()
        await server.close()
    }

    static let record = """
        {"id": "0192a1b0-0000-7000-8000-000000000001", "path": "posters/1.jpg", "url": "/files/posters/1.jpg?v=1", \
        "collection": "posters", "owner": null, "type": "image/jpeg", "width": 904, "height": 508, "thumbHash": "J/gR", \
        "renditions": [{"preset": "w92", "url": "/files/posters/1.jpg?preset=w92&v=1", "width": 92, "height": 52}], \
        "media": null, "newer": 1}
        """

    @Test("A record is read, with the key; one that is not there is nil")
    func records() async throws {
        try await Self.with([.ok(Self.record), .status(404, #"{"code": "not_found"}"#)]) {
            client,
            server async throws in
            let file = try #require(try await client.record(of: "a"))
            #expect(file.collection == "posters" && file.renditions.map(\.preset) == ["w92"])
            #expect(try await client.record(of: "b") == nil)
            #expect(server.asked.map(\.target) == ["/api/media/a", "/api/media/b"])
            #expect(server.asked.allSatisfy { $0.authorization == "Bearer mk_key" })
        }
    }

    @Test(
        "Whether a file is public is asked without the key, for the bytes as they are",
        arguments: [(200, true), (401, false)]
    )
    func publicFiles(status: Int, isReadable: Bool) async throws {
        try await Self.with([.status(status)]) { client, server async throws in
            let file = MediaFile(
                id: "a",
                path: "posters/1.heic",
                url: "/files/posters/1.heic?v=1",
                collection: "posters",
                owner: nil,
                type: "image/heic"
            )
            #expect(try await client.isReadableByAll(file) == isReadable)
            #expect(
                server.asked == [.init(method: "HEAD", target: "/files/posters/1.heic?v=1", accept: "image/heic")]
            )
        }
    }

    @Test("A grant is made as it was asked for; members without a value stay out")
    func grants() async throws {
        try await Self.with([.status(201, #"{"token": "t", "expiresAt": "2026-11-30T12:00:00Z"}"#)]) {
            client,
            server async throws in
            var request = MediaGrantRequest(collection: "posters", name: "m/1", owner: "a", expiresIn: 60)
            request.maximumSize = 5
            #expect(try await client.grant(request).token == "t")
            let body = try #require(server.asked.first?.body)
            #expect(body.contains(#""maximumSize":5"#) && !body.contains("sha256") && !body.contains("types"))
        }
    }

    @Test("A problem has its code; a response without one its status; nobody there is unreachable")
    func failures() async throws {
        let problem = #"{"code": "rate_limited", "detail": "Too many."}"#
        try await Self.with([.status(429, problem), .status(502, "<html>"), .ok("{")]) { client, _ async throws in
            await #expect(throws: MediaClientError.refused(status: 429, code: "rate_limited", detail: "Too many.")) {
                try await client.record(of: "a")
            }
            let error = await #expect(throws: MediaClientError.self) { try await client.record(of: "a") }
            guard case .refused(502, "internal_error", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let unreadable = await #expect(throws: MediaClientError.self) { try await client.record(of: "a") }
            guard case .unreadable = unreadable else {
                Issue.record("\(String(describing: unreadable))")
                return
            }
        }
        let nobody = MediaClient(server: "http://127.0.0.1:1", key: nil)
        let error = await #expect(throws: MediaClientError.self) { try await nobody.record(of: "a") }
        await nobody.shutdown()
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("mediad can be used, refuses the key, or cannot be used")
    func readiness() async throws {
        let page = #"{"changes": [], "cursor": "x.2", "more": false}"#
        let problem = #"{"code": "unauthenticated"}"#
        let replies: [StandInServer.Reply] = [
            .ok(page), .status(401, problem), .status(403, problem), .status(503, ""),
        ]
        try await Self.with(replies) { client, server async throws in
            var found: [MediaReadiness] = []
            for _ in replies { found.append(await client.readiness()) }
            #expect(found == [.ok, .refused, .refused, .unavailable])
            #expect(server.asked.first?.authorization != nil)
        }
    }

    @Test("Signed addresses must be as many as were asked for")
    func signing() async throws {
        let good = #"{"urls": ["/files/a?signature=1"], "expiresAt": "2026-11-30T15:00:00Z"}"#
        try await Self.with([.ok(good), .ok(good)]) { client, _ async throws in
            #expect(try await client.sign(["/files/a"], seconds: 60).urls == ["/files/a?signature=1"])
            await #expect(throws: MediaClientError.self) {
                try await client.sign(["/files/a", "/files/b"], seconds: 60)
            }
        }
    }

    @Test("Changes come as a page, or the cursor has expired")
    func changes() async throws {
        let page = """
            {"changes": [{"cursor": "x.2", "type": "upload.failed", "at": "2026-11-30T12:00:00Z", "fileId": null, \
            "collection": "posters", "name": "m/1", "owner": null, "path": null, "links": [], "detail": "type_not_allowed"}], \
            "cursor": "x.2", "hasMore": false}
            """
        let expired = #"{"code": "cursor_expired", "floor": "y.0", "head": "y.7"}"#
        try await Self.with([.ok(page), .status(410, expired)]) { client, server async throws in
            guard case .page(let changes) = try await client.changes(since: "x.1", wait: 5) else {
                Issue.record("no page")
                return
            }
            #expect(changes.cursor == "x.2" && changes.changes.map(\.detail) == ["type_not_allowed"])
            #expect(try await client.changes(since: "x.1") == .expired(head: "y.7"))
            #expect(server.asked.first?.target == "/api/changes?limit=500&wait=5&since=x.1")
        }
    }

    @Test("The subtitles of a playlist are whole files beside it; a video that cannot be streamed has none")
    func streams() async throws {
        let playlist = """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",LANGUAGE="en",URI="1.audio-3.m3u8?v=1"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Français",LANGUAGE="fr",URI="1.subtitles-fr.m3u8?v=1.2"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",URI="1.captions-4.m3u8"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="5",URI="1.subtitles-5.m3u8"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="x",LANGUAGE="de",URI="../../secret.m3u8"
            1.main.m3u8
            """
        try await Self.with([.ok(playlist), .status(415, #"{"code": "not_streamable"}"#)]) { client, _ async throws in
            let stream = try #require(try await client.stream(of: "/files/videos/1.mp4?v=1"))
            #expect(stream.url == "/files/videos/1.mp4/hls/index.m3u8")
            #expect(
                stream.subtitles == [
                    .init(language: "fr", label: "Français", url: "/files/videos/1.mp4/hls/subtitles-fr.vtt?v=1.2"),
                    .init(language: "en", label: "English", url: "/files/videos/1.mp4/hls/captions-4.vtt"),
                    .init(language: "und", label: "5", url: "/files/videos/1.mp4/hls/subtitles-5.vtt"),
                ]
            )
            #expect(try await client.stream(of: "/files/videos/1.webm?v=1") == nil)
        }
    }
}
