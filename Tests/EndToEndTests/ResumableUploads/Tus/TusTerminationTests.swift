import MediaTesting
import Testing

/// Checklist A9: DELETE.
@Suite("tus: DELETE", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct TusTerminationTests {
    @Test("A9.60: ends an upload that is empty or on its way; its bytes go, and it answers 410", arguments: [0, 400])
    func unfinished(count: Int) async throws {
        let daemon = try Daemon.current()
        let upload = try await daemon.createUpload(1000)
        if count > 0 { try await daemon.append(Samples.document(count), to: upload, at: 0) }
        let answer = try await daemon.tus("DELETE", upload.path)
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
        #expect(try await eventually { !daemon.site.uploadsInStaging.contains(upload.id) })
        #expect(try await daemon.head(upload).status == 410)
        try await daemon.patch(upload, at: count, [1]).expectProblem(410, "upload_gone")
        let again = try await daemon.tus("DELETE", upload.path)
        #expect(again.status == 410 || again.status == 404, "\(again.status)")
    }

    @Test("A9.60: an unknown upload answers 404")
    func unknown() async throws {
        let daemon = try Daemon.current()
        try await daemon.tus("DELETE", UploadAddress.unknown.path).expectProblem(404, "not_found")
        try await daemon.tus("DELETE", "/api/uploads/x").expectProblem(404, "not_found")
    }

    @Test("A9.60: of a complete upload forgets the upload; the file stays")
    func complete() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1000)
        let upload = try await daemon.createUpload(1000)
        try await daemon.append(bytes, to: upload, at: 0)
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(try await daemon.tus("DELETE", upload.path).status == 204)
        let after = try await daemon.head(upload)
        #expect(after.status == 410 || after.status == 404)
        #expect(try await daemon.request("GET", record.url).body == bytes)
    }

    @Test("A9.60: of a partial one makes it unusable for a concatenation; of a final one leaves its parts")
    func concatenations() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(200)
        let part = try await daemon.createUpload(200, ("Upload-Concat", "partial"))
        try await daemon.append(bytes, to: part, at: 0)
        let fields = [("Upload-Concat", "final;\(part.path)"), Tus.document()]
        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        let final = try UploadAddress(location: answer["Location"], of: daemon)
        try await daemon.expectPublished(final, bytes)
        #expect(try await daemon.tus("DELETE", final.path).status == 204)
        #expect(try await daemon.offset(of: part) == 200)
        #expect(try await daemon.tus("DELETE", part.path).status == 204)
        let refused = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        try refused.expectProblem(400, "unusable_part")
    }

    @Test("A9.61: stops a request that is sending; nothing is left and no file comes of it")
    func duringPatch() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(500_000)
        let name = uniqueName()
        let upload = try await daemon.createUpload(bytes.count, Tus.document(name))
        let probe = try await daemon.stall(upload, length: bytes.count, sending: bytes.prefix(200_000))
        #expect(try await daemon.tus("DELETE", upload.path).status == 204)
        // The older request is told, or hung up on; its last bytes make no file.
        try? await probe.send(Array(bytes.dropFirst(200_000)))
        if let answer = try? await probe.receive(to: "PATCH") { #expect(answer.status >= 400, "\(answer.text)") }
        #expect(try await eventually { !daemon.site.uploadsInStaging.contains(upload.id) })
        #expect(try await daemon.head(upload).status == 410)
        #expect(!daemon.site.filesInTree.contains { $0.contains(name) })
    }
}
