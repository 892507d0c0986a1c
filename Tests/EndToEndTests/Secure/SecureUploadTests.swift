import MediaTesting
import Testing

@Suite("Uploads over TLS", .daemon(configuration: Configurations.uploads), .timeLimit(.minutes(3)))
struct SecureUploadTests {
    @Test("I9: a video of 5 MiB comes in whole, as it is and in a form", arguments: CurlVersion.allCases)
    func plain(version: CurlVersion) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 5 << 20)
        let (first, second) = (uniqueName(), uniqueName())
        let target = "/api/upload?collection=videos&name=\(first)"
        let raw = try await daemon.curl(version, "POST", target, body: bytes).record()
        #expect(raw.sha256 == Samples.sha256(bytes))
        daemon.site.expectInTree(raw)
        let form = Form().field("collection", "videos").field("name", second).file(bytes, fileName: "film.mp4")
        let fields = [("Content-Type", form.contentType)]
        let formed = try await daemon.curl(version, "POST", "/api/upload", fields, body: form.bytes).record()
        #expect(formed.sha256 == Samples.sha256(bytes))
    }

    @Test("I9: a client that waits for 100 Continue gets it, or the refusal", arguments: CurlVersion.allCases)
    func expectation(version: CurlVersion) async throws {
        let daemon = try Daemon.current()
        let fields = [("Expect", "100-continue")]
        let target = "/api/upload?collection=documents&name=\(uniqueName())"
        // Longer than the test may take: the body only comes when it is asked for.
        let patience = ["--expect100-timeout", "600"]
        let taken = try await daemon.curl(
            version,
            "POST",
            target,
            fields,
            arguments: patience,
            body: Samples.document(9000)
        )
        #expect(taken.status == 201)
        let refused = try await daemon.curl(
            version,
            "POST",
            "/api/upload?collection=none",
            fields,
            arguments: patience,
            body: Samples.document(1_000_000)
        )
        #expect(refused.status == 400 || refused.status == 404, "\(refused.text)")
    }

    @Test("I9: who is refused in the middle of a large body sees why", arguments: CurlVersion.allCases)
    func refused(version: CurlVersion) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 6 << 20)
        for (target, status) in [("/nothing", 404), ("/api/upload?collection=posters&name=\(uniqueName())", 413)] {
            // Without a length, so that it is not refused before the body comes.
            let words = ["--header", version == .http1 ? "Transfer-Encoding: chunked" : "Content-Length:"]
            let answer = try await daemon.curl(version, "POST", target, arguments: words, body: bytes)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.text.contains("\"code\""))
        }
    }

    @Test("I9: tus, and where the upload is has https", arguments: CurlVersion.allCases)
    func tus(version: CurlVersion) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(700_000)
        let length = ("Upload-Length", "\(bytes.count)")
        let creation = [Tus.version, Tus.document(), length, ("Content-Length", "0")]
        let created = try await daemon.curl(version, "POST", "/api/uploads", creation)
        #expect(created.status == 201)
        let location = try #require(created["Location"])
        let url = try #require(daemon.secureURL)
        #expect(location.hasPrefix("\(url)/"))
        let target = String(location.dropFirst(url.count))
        let half = bytes.count / 2
        let first = try await daemon.curl(version, "PATCH", target, Tus.patch(at: 0), body: Array(bytes[..<half]))
        #expect(first.status == 204)
        #expect(first["Upload-Offset"] == "\(half)")
        let wrong = try await daemon.curl(version, "PATCH", target, Tus.patch(at: 5), body: Array(bytes[half...]))
        #expect(wrong.status == 409)
        let last = try await daemon.curl(version, "PATCH", target, Tus.patch(at: half), body: Array(bytes[half...]))
        #expect(last.status == 204)
        #expect(last["Upload-Offset"] == "\(bytes.count)")
        let head = try await daemon.curl(version, "HEAD", target, [Tus.version])
        #expect(head["Upload-Offset"] == "\(bytes.count)")
    }
}
