import FoundationEssentials
import MediaTesting
import Testing

/// What a restart, or a pause, must not change.
@Suite("Resumable uploads over a restart", .serialized, .timeLimit(.minutes(5)))
struct UploadRestartTests {
    @Test("keep offset, length, metadata, concatenation, expiry, protocol and hash")
    func everything() async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let bytes = Samples.document(300_000)
        var daemon = try await site.start()
        let tus = try await daemon.createUpload(bytes.count)
        try await daemon.append(bytes.prefix(100_001), to: tus, at: 0)
        let deferred = try await daemon.createUpload(nil)
        try await daemon.append(bytes.prefix(5), to: deferred, at: 0)
        let part = try await daemon.createUpload(bytes.count, ("Upload-Concat", "partial"))
        try await daemon.append(bytes, to: part, at: 0)
        let http = try await daemon.beginUpload(Array(bytes.prefix(70_000)), with: [("Upload-Length", "300000")])
        let uploads = [tus, deferred, part, http]
        var before: [ProbeResponse] = []
        for upload in uploads { before.append(try await daemon.head(upload)) }
        #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)")
        daemon = try await site.start()
        for (upload, answer) in zip(uploads, before) {
            let after = try await daemon.head(upload)
            let names = ["Upload-Offset", "Upload-Length", "Upload-Defer-Length", "Upload-Metadata", "Upload-Concat"]
            for name in names { #expect(after[name] == answer[name], "\(name)") }
            let times = [after, answer].compactMap { $0["Upload-Expires"].flatMap(imfDate) }
            if times.count == 2 { #expect(abs(times[0].timeIntervalSince(times[1])) <= 2) }
        }
        #expect(try await daemon.exchange("HEAD", http.path)["Upload-Complete"] == "?0", "it is an IETF upload still")
        try await daemon.append(bytes.dropFirst(100_001), to: tus, at: 100_001)
        try await daemon.append(bytes.dropFirst(5), to: deferred, at: 5, [("Upload-Length", "300000")])
        _ = try await daemon.append(bytes.dropFirst(70_000), to: http, at: 70_000, complete: true).record()
        let fields = [("Upload-Concat", "final;\(part.path)"), Tus.document()]
        let final = try await daemon.tus("POST", "/api/uploads", fields, body: [])
        for upload in [tus, deferred, http, try UploadAddress(location: final["Location"], of: daemon)] {
            try await daemon.expectPublished(upload, bytes)
        }
        #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)")
        try await site.expectClean()
        try await site.remove()
    }

    @Test("that failed tell so afterwards and can still be tried again; completed and ended ones tell so too")
    func ended() async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads)
        let bytes = Samples.png()
        var daemon = try await site.start()
        let failed = try await daemon.createUpload(bytes.count)
        try await daemon.patch(failed, at: 0, bytes).expectProblem(415, "type_not_allowed")
        let problem = try await daemon.outcome(of: failed).problem
        let text = Samples.document(100)
        let complete = try await daemon.createUpload(100)
        try await daemon.append(text, to: complete, at: 0)
        let record = try await daemon.expectPublished(complete, text)
        let deleted = try await daemon.createUpload(100)
        #expect(try await daemon.tus("DELETE", deleted.path).status == 204)
        await daemon.kill9()
        daemon = try await site.start()
        #expect(try await daemon.report(on: failed).problem == problem)
        #expect(try await daemon.head(failed).status == 415)
        #expect(try await daemon.expectPublished(complete, text) == record)
        #expect(try await daemon.head(deleted).status == 410)
        let again = try await daemon.tus("POST", "\(failed.path)?collection=posters", body: [])
        #expect((200..<300).contains(again.status), "\(again.text)")
        try await daemon.expectPublished(failed, bytes)
        #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)")
        try await site.expectClean()
        try await site.remove()
    }

    @Test("A8.58: that ran out while nobody was there are swept at the next start")
    func expiredMeanwhile() async throws {
        let site = try await DaemonSite(configuration: Configurations.uploads("expiry: 2s\nsweepInterval: 1s"))
        var daemon = try await site.start()
        let upload = try await daemon.createUpload(100_000)
        try await daemon.append(Samples.document(50_000), to: upload, at: 0)
        await daemon.kill9()
        #expect(site.uploadsInStaging.contains(upload.id))
        // Pause: the expiry, two seconds by the wall clock, has to pass while there is no daemon that could be asked.
        try await Task.sleep(for: .milliseconds(2500))
        daemon = try await site.start()
        #expect(try await eventually { !site.uploadsInStaging.contains(upload.id) })
        #expect(try await eventually { try await daemon.head(upload).status == 410 })
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }
}
