import MediaTesting
import Testing

/// What becomes of an upload that has all its bytes.
@Suite("A finished resumable upload", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct UploadPublicationTests {
    @Test("becomes a file like any other: record, tree, listing, thumbnails")
    func picture() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg()
        let name = uniqueName()
        let metadata = Tus.metadata([
            ("filename", "Ferien Ärger.jpeg"), ("filetype", "image/gif"), ("collection", "posters"), ("name", name),
        ])
        let upload = try await daemon.createUpload(bytes.count, metadata)
        try await daemon.append(bytes.prefix(20_000), to: upload, at: 0)
        try await daemon.append(bytes.dropFirst(20_000), to: upload, at: 20_000)
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(record.path == "posters/\(name).jpg")
        #expect(record.type == "image/jpeg")
        #expect(record.originalFilename == "Ferien Ärger.jpeg")
        #expect(record.width != nil)
        let byID = try await daemon.request("GET", "/api/media/\(record.id)")
        #expect(try Record(try JSONValue(parsing: byID.body)) == record)
        #expect(!record.renditions.isEmpty)
        for rendition in record.renditions {
            #expect(try await daemon.request("GET", rendition.url).status == 200)
        }
        // Nothing of it is left in the staging area.
        #expect(try await eventually { !daemon.site.uploadsInStaging.contains(upload.id) })
    }

    @Test("is the same file whether it came in one piece, in many, or as a plain upload")
    func sameFile() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100_000)
        let plain = try await daemon.upload(bytes, "collection=documents&name=\(uniqueName())").record()
        let upload = try await daemon.createUpload(bytes.count)
        for start in stride(from: 0, to: bytes.count, by: 7001) {
            let part = bytes[start..<min(start + 7001, bytes.count)]
            try await daemon.append(part, to: upload, at: start)
        }
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(record.sha256 == plain.sha256)
        #expect(record.type == plain.type)
    }

    @Test("of a refused type fails, says why, keeps its bytes and can be tried again elsewhere")
    func failedAndRetried() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.png(width: 200, height: 100)
        let name = uniqueName()
        let upload = try await daemon.createUpload(bytes.count, Tus.document(name))
        let last = try await daemon.patch(upload, at: 0, bytes)
        try last.expectProblem(415, "type_not_allowed")
        #expect(last["Upload-Offset"] == nil)
        let head = try await daemon.head(upload)
        #expect(head.status == 415 && head["Upload-Offset"] == nil, "a failed upload never looks complete")
        #expect(try await daemon.request("GET", upload.path)["Upload-Offset"] == nil)
        try await daemon.patch(upload, at: 0, bytes).expectProblem(415, "type_not_allowed")
        try await daemon.patch(upload, at: bytes.count, []).expectProblem(415, "type_not_allowed")
        let report = try await daemon.outcome(of: upload)
        #expect(report.state == "failed")
        #expect(report.problem?["code"]?.string == "type_not_allowed")
        #expect(report.problem?["detail"]?.string?.contains("image/png") == true)
        #expect(report.offset == bytes.count)
        #expect(daemon.site.uploadsInStaging.contains(upload.id))
        // The same again fails again.
        let again = try await daemon.tus("POST", upload.path, body: [])
        #expect(again.status < 500, "\(again.text)")
        #expect(try await daemon.outcome(of: upload).state == "failed")
        let elsewhere = try await daemon.tus("POST", "\(upload.path)?collection=posters&name=\(name)", body: [])
        #expect((200..<300).contains(elsewhere.status), "\(elsewhere.status) \(elsewhere.text)")
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(record.path == "posters/\(name).png")
    }

    @Test("without a collection is refused at its creation, and told which there are")
    func withoutCollection() async throws {
        let daemon = try Daemon.current()
        for metadata in [[], [Tus.metadata([("filename", "notes.txt")])]] {
            let fields = [("Upload-Length", "500")] + metadata
            let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer["Location"] == nil)
            #expect(answer.text.contains("documents"))
        }
    }

    @Test("whose name is taken meanwhile fails; with replace it takes the place")
    func nameTaken() async throws {
        let daemon = try Daemon.current()
        let (first, second) = (Samples.document(100), Samples.document(200))
        let name = uniqueName()
        let upload = try await daemon.createUpload(200, Tus.document(name))
        _ = try await daemon.upload(first, "collection=documents&name=\(name)").record()
        try await daemon.patch(upload, at: 0, second).expectProblem(409, "name_taken")
        let report = try await daemon.outcome(of: upload)
        #expect(report.state == "failed")
        #expect(report.problem?["code"]?.string == "name_taken")
        #expect(try daemon.site.bytesInTree("documents/\(name).txt") == first)
        let answer = try await daemon.tus("POST", "\(upload.path)?replace=true", body: [])
        #expect((200..<300).contains(answer.status), "\(answer.status) \(answer.text)")
        try await daemon.expectPublished(upload, second)
        #expect(try daemon.site.bytesInTree("documents/\(name).txt") == second)
    }

    @Test("can be tried again only when it failed: in every other state nothing changes")
    func retryOthers() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100)
        let receiving = try await daemon.createUpload(100)
        try await daemon.append(bytes.prefix(10), to: receiving, at: 0)
        let refused = try await daemon.tus("POST", receiving.path, body: [])
        #expect((400..<500).contains(refused.status), "\(refused.status)")
        #expect(try await daemon.offset(of: receiving) == 10)
        try await daemon.append(bytes.dropFirst(10), to: receiving, at: 10)
        let record = try await daemon.expectPublished(receiving, bytes)
        _ = try await daemon.tus("POST", "\(receiving.path)?name=other", body: [])
        #expect(try await daemon.expectPublished(receiving, bytes) == record)
        #expect((400..<500).contains(try await daemon.tus("POST", UploadAddress.unknown.path, body: []).status))
    }

    @Test("GET and the listing never show a file that is not whole")
    func neverHalf() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(100_000)
        let name = uniqueName()
        let upload = try await daemon.createUpload(bytes.count, Tus.document(name))
        for start in stride(from: 0, to: bytes.count, by: 20_000) {
            #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
            #expect(try await daemon.request("GET", "/files/documents/\(name).txt").status == 404)
            try await daemon.append(bytes[start..<start + 20_000], to: upload, at: start)
        }
        try await daemon.expectPublished(upload, bytes)
    }

    @Test("GET does not disturb the request that is sending")
    func quietGet() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(200_000)
        let upload = try await daemon.createUpload(bytes.count)
        let probe = try await daemon.stall(upload, length: bytes.count, sending: bytes.prefix(50_000))
        for _ in 0..<20 { #expect(try await daemon.report(on: upload).state == "receiving") }
        try await probe.send(Array(bytes.dropFirst(50_000)))
        let answer = try await probe.receive(to: "PATCH")
        #expect(answer.status == 204, "\(answer.text)")
        try await daemon.expectPublished(upload, bytes)
    }
}
