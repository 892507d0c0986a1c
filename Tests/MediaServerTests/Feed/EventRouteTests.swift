import Access
import MediaCore
import MediaEngine
import MediaTesting
import Testing

@testable import MediaServer

@Suite("Changes in pages, and as a stream", .timeLimit(.minutes(2)))
struct EventRouteTests {
    @Test("A page has the changes, the cursor, and whether there is more")
    func page() async throws {
        try await EventScene.with { (scene) async throws in
            scene.feed.commit([EventScene.event("posters/1.jpg")])
            scene.feed.commit([EventScene.event("films/2.mp4", .fileDeleted)])
            let first = try await scene.get("/api/changes?limit=1")
            #expect(first.status == 200)
            #expect(first.all("Cache-Control") == ["no-store"])
            #expect(
                first.text.hasPrefix(
                    "{\"changes\":[{\"at\":\"2023-11-14T22:13:20.000000Z\",\"collection\":\"posters\","
                )
            )
            #expect(first.text.contains("\"links\":[{\"entity\":\"movie\",\"entityId\":\"42\",\"role\":\"poster\"}]"))
            #expect(first.text.hasSuffix("\"type\":\"file.created\"}],\"cursor\":\"e1.1\",\"hasMore\":true}"))
            let second = try await scene.get("/api/changes?since=e1.1")
            #expect(second.text.hasSuffix("\"type\":\"file.deleted\"}],\"cursor\":\"e1.2\",\"hasMore\":false}"))
            let filtered = try await scene.get("/api/changes?collection=avatars")
            #expect(filtered.text == "{\"changes\":[],\"cursor\":\"e1.2\",\"hasMore\":false}")
            let now = try await scene.get("/api/changes?since=now&wait=30")
            #expect(now.text == "{\"changes\":[],\"cursor\":\"e1.2\",\"hasMore\":false}")
        }
    }

    @Test("What cannot be read is 400, what cannot be gone on from 410 with floor and head")
    func refusals() async throws {
        try await EventScene.with { (scene) async throws in
            scene.feed.commit([EventScene.event(), EventScene.event()])
            scene.feed.prune(upTo: 1)
            for query in [
                "since=e1", "since=e1.01", "since=e1.-1", "since=E1.1", "since=%201", "wait=61", "wait=-1",
                "wait=x", "limit=0", "limit=1001",
            ] {
                let response = try await scene.get("/api/changes?\(query)")
                #expect(response.status == 400, "\(query)")
                #expect(response.text.contains("\"code\":\"invalid_request\""))
            }
            for since in ["e1.0", "e1.3", "e2.1"] {
                let response = try await scene.get("/api/changes?since=\(since)")
                #expect(response.status == 410, "\(since)")
                #expect(response.text.contains("\"code\":\"cursor_expired\""))
                #expect(response.text.contains("\"floor\":\"e1.1\",\"head\":\"e1.2\""))
            }
            // As if they were not there.
            let all = try await scene.get("/api/changes?since=&wait=&limit=&collection=&entity=&path=")
            #expect(all.text.contains("\"cursor\":\"e1.2\""))
            scene.feed.setLost(true)
            let lost = try await scene.get("/api/changes")
            #expect(lost.status == 503 && lost.all("Retry-After").count == 1)
        }
    }

    @Test("A request that waits hears of the change at once, and gives its place up when its client goes")
    func waiting() async throws {
        try await EventScene.with { (scene) async throws in
            let probe = try await scene.connect()
            try await probe.send("GET /api/changes?since=e1.0&wait=60 HTTP/1.1\r\nHost: h\r\n\r\n")
            try await requireEventually { scene.hub.count == 1 }
            scene.feed.commit([EventScene.event()])
            let response = try await probe.receive()
            #expect(response.text.hasSuffix("\"cursor\":\"e1.1\",\"hasMore\":false}"))
            try await requireEventually { scene.hub.count == 0 }
            // The same connection goes on.
            try await probe.send("GET /api/changes?since=e1.1&wait=60 HTTP/1.1\r\nHost: h\r\n\r\n")
            try await requireEventually { scene.hub.count == 1 }
            probe.reset()
            try await requireEventually { scene.hub.count == 0 }
            let gone = try await scene.connect()
            try await gone.send("GET /api/changes?since=e1.1&wait=60 HTTP/1.1\r\nHost: h\r\n\r\n")
            try await requireEventually { scene.hub.count == 1 }
            gone.finishSending()
            try await requireEventually { scene.hub.count == 0 }
        }
    }

    @Test("A stream has its fields, its beginning, the events and their cursors")
    func stream() async throws {
        try await EventScene.with { (scene) async throws in
            scene.feed.commit([EventScene.event()])
            let (probe, head) = try await scene.stream("?since=e1.0")
            #expect(head.status == 200)
            #expect(head.all("Content-Type") == ["text/event-stream; charset=utf-8"])
            #expect(head.all("X-Accel-Buffering") == ["no"])
            #expect(head.all("Cache-Control").first?.contains("no-store") == true)
            #expect(head.all("Content-Encoding").isEmpty)
            let beginning = try await probe.nextChunk()
            #expect(beginning.hasPrefix("retry: ") && beginning.hasSuffix("\nid: e1.0\n\n"))
            let event = try await probe.nextChunk()
            #expect(event.hasPrefix("id: e1.1\nevent: file.created\ndata: {\"at\":") && event.hasSuffix("}\n\n"))
            scene.feed.commit([EventScene.event("films/a.mp4", .fileDeleted)])
            #expect(try await probe.nextChunk().hasPrefix("id: e1.2\nevent: file.deleted\n"))
            // Pause: longer than the time-out of an idle connection, which a stream is not.
            try await Task.sleep(for: .seconds(2))
            scene.feed.commit([EventScene.event()])
            #expect(try await probe.nextChunk().hasPrefix("id: e1.3\n"))
            probe.reset()
            try await requireEventually { scene.hub.count == 0 }
        }
    }

    @Test("Last-Event-ID counts, whatever the address says; other filters than that of the event leave it out")
    func resuming() async throws {
        try await EventScene.with { (scene) async throws in
            scene.feed.commit([EventScene.event("posters/1.jpg")])
            scene.feed.commit([EventScene.event("films/1.mp4")])
            let (probe, _) = try await scene.stream("?since=e1.0", "Last-Event-ID: e1.1\r\n")
            #expect(try await probe.nextChunk().hasSuffix("id: e1.1\n\n"))
            #expect(try await probe.nextChunk().hasPrefix("id: e1.2\n"))
            let (filtered, _) = try await scene.stream("?since=e1.0&path=films/&entity=movie/42")
            _ = try await filtered.nextChunk()
            #expect(try await filtered.nextChunk().hasPrefix("id: e1.2\n"))
            #expect(try await scene.get("/api/events", "Last-Event-ID: nonsense\r\n").status == 400)
        }
    }

    @Test("A cursor that has expired is told by an event, then the stream ends; later ones too")
    func resync() async throws {
        try await EventScene.with { (scene) async throws in
            scene.feed.commit([EventScene.event()])
            let response = try await scene.get("/api/events?since=e0.7")
            #expect(response.status == 200)
            #expect(response.text.hasPrefix("id: e1.1\nevent: resync\ndata: {"))
            #expect(response.text.contains("\"floor\":\"e1.0\",\"head\":\"e1.1\""))
            let (probe, _) = try await scene.stream()
            _ = try await probe.nextChunk()
            scene.feed.begin(epoch: "e2")
            #expect(try await probe.nextChunk().hasPrefix("id: e2.0\nevent: resync\n"))
            #expect(try await probe.nextChunk() == "")
            #expect(try await probe.isClosedByServer())
        }
    }

    @Test("Signs of life carry the cursor past what the filter left out")
    func heartbeat() async throws {
        try await EventScene.with(FeedHub.Limits(heartbeat: .seconds(1))) { scene in
            let (probe, _) = try await scene.stream("?collection=avatars")
            _ = try await probe.nextChunk()
            scene.feed.commit([EventScene.event()])
            var last = ""
            for _ in 0..<3 where !last.contains("e1.1") { last = try await probe.nextChunk() }
            #expect(last == "id: e1.1\nevent: heartbeat\ndata: {\"cursor\":\"e1.1\"}\n\n")
        }
    }

    @Test("HTTP/1.0 gets the same without chunks")
    func old() async throws {
        try await EventScene.with { (scene) async throws in
            scene.feed.commit([EventScene.event()])
            let probe = try await scene.connect()
            try await probe.send("GET /api/events?since=e1.0 HTTP/1.0\r\nHost: h\r\n\r\n")
            let head = try await probe.receiveHead()
            #expect(head.all("Transfer-Encoding").isEmpty)
            #expect(String(decoding: try await probe.take(through: "\n\n"), as: UTF8.self).hasPrefix("retry: "))
            #expect(String(decoding: try await probe.take(through: "\n\n"), as: UTF8.self).hasPrefix("id: e1.1\n"))
        }
    }

    @Test("At capacity: 503 with Retry-After, and those who are there stay")
    func capacity() async throws {
        try await EventScene.with(FeedHub.Limits(readers: 1)) { scene in
            let (probe, _) = try await scene.stream()
            _ = try await probe.nextChunk()
            let refused = try await scene.get("/api/events")
            #expect(refused.status == 503 && refused.all("Retry-After").count == 1)
            #expect(refused.text.contains("\"code\":\"busy\""))
            scene.feed.commit([EventScene.event()])
            #expect(try await probe.nextChunk().hasPrefix("id: e1.1\n"))
        }
    }

    @Test("A ticket lets in once")
    func tickets() async throws {
        try await EventScene.with { (scene) async throws in
            let probe = try await scene.connect()
            try await probe.send("POST /api/events/ticket HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
            let response = try await probe.receive()
            #expect(response.status == 201)
            #expect(response.text.contains("\"expiresAt\":\"2023-11-14T22:13:50.000000Z\""))
            let ticket = response.text.split(separator: "\"").first { $0.hasPrefix("mt_") } ?? ""
            let (stream, head) = try await scene.stream("?ticket=\(ticket)")
            #expect(head.status == 200)
            _ = try await stream.nextChunk()
            #expect(try await scene.get("/api/events?ticket=\(ticket)").status == 401)
            #expect(try await scene.get("/api/events?ticket=x").status == 401)
        }
    }
}
