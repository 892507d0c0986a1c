import MediaTesting
import Testing

@Suite("An upload to a taken name", .daemon(), .timeLimit(.minutes(3)))
struct ReplacementTests {
    @Test("replaces an avatar or a poster", arguments: ["avatars", "posters"])
    func replaces(collection: String) async throws {
        let daemon = try Daemon.current()
        let query = "collection=\(collection)&name=\(uniqueName())"
        let first = try await daemon.upload(try Samples.jpeg(), query).record()
        let bytes = try Samples.jpeg()
        let second = try await daemon.upload(bytes, query).record()
        #expect(second.id == first.id)
        #expect(second.path == first.path)
        #expect(second.createdAt == first.createdAt)
        #expect(second.updatedAt > first.updatedAt)
        #expect(second.url != first.url)
        daemon.site.expectInTree(second)
        #expect(try await daemon.request("GET", second.url).body == bytes)
    }

    @Test("is refused for a video or a document, until it is asked for", arguments: ["videos", "documents"])
    func refuses(collection: String) async throws {
        let daemon = try Daemon.current()
        let query = "collection=\(collection)&name=\(uniqueName())"
        func bytes() throws -> [UInt8] { collection == "videos" ? try Samples.video() : Samples.text() }
        let first = try await daemon.upload(try bytes(), query).record()
        try await daemon.upload(try bytes(), query).expectProblem(409, "name_taken")
        daemon.site.expectInTree(first)
        let second = try await daemon.upload(try bytes(), query + "&replace=true").record()
        #expect(second.id == first.id)
        #expect(second.sha256 != first.sha256)
        daemon.site.expectInTree(second)
    }

    @Test("with another type leaves one file, not two")
    func changesExtension() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let query = "collection=posters&name=\(name)"
        let first = try await daemon.upload(Samples.png(), query).record()
        #expect(first.path == "posters/\(name).png")
        let second = try await daemon.upload(try Samples.jpeg(), query).record()
        #expect(second.path == "posters/\(name).jpg")
        #expect(second.id == first.id)
        #expect(daemon.site.filesInTree.filter { $0.contains(name) } == ["posters/\(name).jpg"])
        let moved = try await daemon.request("GET", "/files/\(first.path)")
        #expect(moved.status == 308 && moved["Location"]?.hasPrefix("/files/\(second.path)") == true, "\(moved.text)")
        let third = try await daemon.upload(Samples.png(), query).record()
        #expect(daemon.site.filesInTree.filter { $0.contains(name) } == ["posters/\(name).png"])
        daemon.site.expectInTree(third)
    }

    @Test("leaves readers of the old version with the old bytes, whole")
    func openReaders() async throws {
        let daemon = try Daemon.current()
        let query = "collection=posters&name=\(uniqueName())"
        let old = try Samples.jpeg(padding: 12 << 20)
        let first = try await daemon.upload(old, query).record()
        // A small receive buffer: most of the file is still on the server's side when it is replaced.
        let reader = try await daemon.connect(receiveBufferBytes: 32 << 10)
        try await reader.send("GET", first.url)
        let head = try await reader.receiveHead()
        #expect(head["Content-Length"] == "\(old.count)")
        var bytes = try await reader.take(exactly: 100_000)
        let new = try Samples.jpeg(padding: 8 << 20)
        let second = try await daemon.upload(new, query).record()
        #expect(try await daemon.request("GET", second.url).body == new)
        bytes += try await reader.take(exactly: old.count - bytes.count)
        #expect(Samples.sha256(bytes) == first.sha256)
        #expect(head["ETag"]?.contains(first.sha256.prefix(16)) == true)
        // The connection is in order afterwards, and sees the new version.
        #expect(try await reader.request("GET", "/files/\(first.path)").body == new)
    }

    @Test("or its deletion does not cut off who reads it")
    func deletedUnderReader() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg(padding: 12 << 20)
        let record = try await daemon.upload(bytes, "collection=posters&name=\(uniqueName())").record()
        let reader = try await daemon.connect(receiveBufferBytes: 32 << 10)
        try await reader.send("GET", record.url)
        #expect(try await reader.receiveHead()["Content-Length"] == "\(bytes.count)")
        let start = try await reader.take(exactly: 100_000)
        #expect(try await daemon.request("DELETE", "/api/media/\(record.id)").status == 204)
        let rest = try await reader.take(exactly: bytes.count - start.count)
        #expect(Samples.sha256(start + rest) == record.sha256)
        #expect(try await reader.request("GET", record.url).status == 404)
    }

    @Test("answers a range of the old version with the new one in full")
    func ifRange() async throws {
        let daemon = try Daemon.current()
        let query = "collection=posters&name=\(uniqueName())"
        let first = try await daemon.upload(try Samples.jpeg(), query).record()
        let tag = try #require(try await daemon.request("HEAD", first.url)["ETag"])
        let new = try Samples.jpeg()
        let second = try await daemon.upload(new, query).record()
        let answer = try await daemon.request("GET", second.url, [("Range", "bytes=1000-"), ("If-Range", tag)])
        #expect(answer.status == 200)
        #expect(answer.body == new)
    }

    @Test("hides the thumbnails of the old version")
    func thumbnails() async throws {
        let daemon = try Daemon.current()
        let query = "collection=avatars&name=\(uniqueName())"
        _ = try await daemon.upload(Samples.png(width: 200, height: 200), query).record()
        let record = try await daemon.upload(try Samples.fixture("exif-orientation/1.jpg"), query).record()
        let old = try await daemon.request("GET", "/files/\(record.path)?preset=s64")
        _ = try await daemon.upload(try Samples.fixture("cmyk.jpg"), query).record()
        let new = try await daemon.request("GET", "/files/\(record.path)?preset=s64")
        #expect(old.status == 200)
        #expect(new.status == 200)
        #expect(old["ETag"] != new["ETag"])
        #expect(old.body != new.body)
    }

    @Test("twenty times by two at once: one wins whole", .timeLimit(.minutes(2)))
    func races() async throws {
        let daemon = try Daemon.current()
        for _ in 0..<20 {
            let query = "collection=posters&name=\(uniqueName("race"))"
            let (one, other) = (try Samples.jpeg(padding: 200_000), Samples.png(width: 300, height: 200))
            async let first = daemon.upload(one, query)
            async let second = daemon.upload(other, query)
            let records = [try await first.record(), try await second.record()]
            #expect(records[0].id == records[1].id)
            let path = try #require(records.first?.path.split(separator: ".").first)
            let left = daemon.site.filesInTree.filter { $0.hasPrefix("\(path).") }
            #expect(left.count == 1)
            // What the catalog says is what lies there.
            let current = try await daemon.request("GET", "/api/media/\(records[0].id)")
            let record = try Record(try JSONValue(parsing: current.body))
            #expect(left == [record.path])
            #expect(records.contains { $0.sha256 == record.sha256 })
            daemon.site.expectInTree(record)
            #expect(Samples.sha256(try await daemon.request("GET", record.url).body) == record.sha256)
        }
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }
}
