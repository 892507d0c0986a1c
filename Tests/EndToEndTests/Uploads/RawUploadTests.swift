import MediaTesting
import Testing

@Suite("A raw upload", .daemon(), .timeLimit(.minutes(3)))
struct RawUploadTests {
    @Test("answers with the whole record, and the file lies in the tree")
    func record() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg()
        let name = uniqueName()
        let answer = try await daemon.upload(bytes, "collection=posters&name=\(name)&filename=holiday%20snap.jpeg")
        let record = try answer.record()
        #expect(record.collection == "posters")
        #expect(record.path == "posters/\(name).jpg")
        #expect(record.size == bytes.count)
        #expect(record.type == "image/jpeg")
        #expect(record.sha256 == Samples.sha256(bytes))
        #expect(record.width != nil)
        #expect(record.height != nil)
        #expect(record.durationSeconds == nil)
        #expect(record.originalFilename == "holiday snap.jpeg")
        #expect(try isUUIDv7(record.id))
        #expect(isRFC3339(record.createdAt))
        #expect(record.createdAt == record.updatedAt)
        daemon.site.expectInTree(record)
    }

    @Test("gets an address that changes with the bytes and serves them for ever")
    func address() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg()
        let record = try await daemon.upload(bytes, "collection=posters&name=\(uniqueName())").record()
        let parts = record.url.split(separator: "?", maxSplits: 1).map(String.init)
        #expect(parts.first == "/files/\(record.path)")
        let version = try #require(parts.last.flatMap { $0.hasPrefix("v=") ? String($0.dropFirst(2)) : nil })
        #expect(version.count >= 8)
        #expect(record.sha256.hasPrefix(version))
        let answer = try await daemon.request("GET", record.url)
        #expect(answer.status == 200)
        #expect(answer.body == bytes)
    }

    @Test("without a name gets a UUIDv7 for one")
    func generatedName() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Samples.png(), "collection=avatars").record()
        let file = try #require(record.path.split(separator: "/").last)
        #expect(record.path.hasPrefix("avatars/"))
        #expect(try isUUIDv7(String(file.dropLast(4))))
        #expect(file.hasSuffix(".png"))
        daemon.site.expectInTree(record)
    }

    @Test("may name folders")
    func folders() async throws {
        let daemon = try Daemon.current()
        let folder = uniqueName()
        let record = try await daemon.upload(Samples.video(), "collection=videos&name=\(folder)/trailers/movie1")
            .record()
        #expect(record.path == "videos/\(folder)/trailers/movie1.mp4")
        daemon.site.expectInTree(record)
        #expect(try await daemon.request("GET", "/files/\(record.path)").status == 200)
    }

    @Test("gets the extension of its bytes, whatever the name and the Content-Type say")
    func extensionFollowsType() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let fields = [("Content-Type", "image/gif")]
        let record = try await daemon.upload(Samples.png(), "collection=posters&name=\(name).jpg", fields).record()
        #expect(record.type == "image/png")
        #expect(record.path == "posters/\(name).png")
        #expect(try await daemon.request("GET", record.url)["Content-Type"] == "image/png")
    }

    @Test("knows pixels and duration of pictures and videos, upright")
    func dimensions() async throws {
        let daemon = try Daemon.current()
        let picture = try await daemon.upload(Samples.png(width: 123, height: 45), "collection=posters").record()
        #expect(picture.width == 123)
        #expect(picture.height == 45)
        // Lying or standing as the camera was held: the sides are those of the upright picture.
        for orientation in 1...8 {
            let bytes = try Samples.fixture("exif-orientation/\(orientation).jpg")
            let record = try await daemon.upload(bytes, "collection=posters").record()
            #expect(record.width == (orientation < 5 ? 308 : 231), "orientation \(orientation)")
            #expect(record.height == (orientation < 5 ? 410 : 308), "orientation \(orientation)")
        }
        let film = try await daemon.upload(try Samples.video(), "collection=videos").record()
        #expect(film.width == 1280)
        #expect(film.height == 720)
        let duration = try #require(film.durationSeconds)
        #expect(abs(duration - 5) < 0.5)
    }

    @Test("lists its renditions, and each of them is there")
    func renditions() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.fixture("iphone13-gps.heic"), "collection=avatars").record()
        #expect(record.type == "image/heic")
        #expect(record.path.hasSuffix(".heic"))
        #expect(Set(record.renditions.map(\.preset)) == ["s64", "s128", "s256", "s512"])
        for rendition in record.renditions {
            #expect(rendition.width == Int(rendition.preset.dropFirst()))
            let answer = try await daemon.request("GET", rendition.url, [("Accept", "image/webp")])
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "image/webp")
            #expect(answer.body.count > 100)
        }
    }

    @Test("is found by id, by path and in the listing, until it is deleted")
    func life() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Samples.text(), "collection=documents&name=\(uniqueName())").record()
        let byID = try await daemon.request("GET", "/api/media/\(record.id)")
        #expect(byID.status == 200)
        #expect(try Record(try JSONValue(parsing: byID.body)) == record)
        let byPath = try await daemon.request("GET", "/api/media?path=\(record.path)")
        #expect(try JSONValue(parsing: byPath.body)["files"]?.array?.map { try Record($0) } == [record])
        let listing = try await daemon.request("GET", "/api/media?collection=documents&limit=100")
        #expect(try JSONValue(parsing: listing.body)["files"]?.array?.map { try Record($0) }.contains(record) == true)
        let deletion = try await daemon.request("DELETE", "/api/media/\(record.id)")
        #expect(deletion.status == 204)
        #expect(deletion.body.isEmpty)
        #expect(!daemon.site.filesInTree.contains(record.path))
        try await daemon.request("GET", record.url).expectProblem(404, "not_found")
        try await daemon.request("GET", "/api/media/\(record.id)").expectProblem(404, "not_found")
        try await daemon.request("DELETE", "/api/media/\(record.id)").expectProblem(404, "not_found")
    }

    @Test("may come in chunks of any size", arguments: [1, 7, 1000, 70_000])
    func chunked(size: Int) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.png(width: size == 1 ? 8 : 400, height: size == 1 ? 4 : 300)
        let probe = try await daemon.connect()
        try await probe.send("POST", "/api/upload?collection=posters", [("Transfer-Encoding", "chunked")])
        var chunks: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let part = bytes[start..<min(bytes.count, start + size)]
            chunks.append(Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10])
            start = part.endIndex
        }
        // Together: one by one, on a busy machine, they would come more slowly than the daemon lets a body come.
        try await probe.send(Array(chunks.joined()) + Array("0\r\n\r\n".utf8))
        let record = try await probe.receive(to: "POST").record()
        #expect(record.sha256 == Samples.sha256(bytes))
        daemon.site.expectInTree(record)
    }
}

/// True for RFC 9562 section 5.7: lower-case, version 7, variant 10.
func isUUIDv7(_ text: String) throws -> Bool {
    try #/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#.wholeMatch(in: text) != nil
}

/// True for a date-time of RFC 3339 in UTC.
func isRFC3339(_ text: String) -> Bool {
    text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/#) != nil
}
