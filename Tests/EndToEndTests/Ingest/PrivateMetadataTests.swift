import MediaTesting
import Testing

@Suite(
    "Private metadata of an upload",
    .daemon(
        configuration: Configurations.standard.replacing(
            "stripPrivateMetadata: false",
            with: "stripPrivateMetadata: true"
        )
    ),
    .serialized,
    .timeLimit(.minutes(3))
)
struct PrivateMetadataTests {
    @Test(
        "goes where the collection says so, and the record tells",
        arguments: ["jpg", "png", "webp", "gif", "avif"]
    )
    func stripped(_ fileExtension: String) async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("private-metadata/private.\(fileExtension)")
        let record = try await daemon.upload(bytes, "collection=avatars").record()
        #expect(record.rewritings == ["private-metadata"])
        #expect(record.uploadedSha256 == Samples.sha256(bytes))
        #expect(record.sha256 != record.uploadedSha256)
        let stored = try await daemon.request("GET", record.url).body
        #expect(record.sha256 == Samples.sha256(stored))
        #expect(record.size == stored.count)
        #expect(stored.firstRange(of: Array("SECRET".utf8)) == nil)
        daemon.site.expectInTree(record)
        // What is clean already is taken as it is.
        let again = try await daemon.upload(stored, "collection=avatars").record()
        #expect(again.rewritings == nil && again.uploadedSha256 == nil)
        #expect(again.sha256 == record.sha256)
        #expect(again.width == record.width && again.height == record.height)
    }

    @Test("of a telephone's HEIC goes too, and the picture keeps its size")
    func telephone() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("iphone13-gps.heic")
        let record = try await daemon.upload(bytes, "collection=avatars").record()
        #expect(record.rewritings == ["private-metadata"])
        #expect(record.width == 4032 && record.height == 3024)
        let stored = try await daemon.request("GET", record.url + "&original").body
        #expect(stored.count == bytes.count)
        #expect(Samples.sha256(stored) == record.sha256)
    }

    @Test("stays where the collection says nothing")
    func kept() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("private-metadata/private.jpg")
        let record = try await daemon.upload(bytes, "collection=posters").record()
        #expect(record.rewritings == nil && record.uploadedSha256 == nil)
        #expect(record.sha256 == Samples.sha256(bytes))
    }

    @Test("goes from resumable uploads as well, whose checksum is that of what was sent")
    func resumable() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.fixture("private-metadata/private.jpg")
        let name = uniqueName()
        let metadata = Tus.metadata([("collection", "avatars"), ("name", name)])
        _ = try await daemon.createUpload(bytes.count, metadata, [Tus.octets], body: bytes)
        var found: Record?
        _ = try await eventually {
            found = try await daemon.records(in: "avatars").first { $0.path == "avatars/\(name).jpg" }
            return found != nil
        }
        let record = try #require(found)
        #expect(record.uploadedSha256 == Samples.sha256(bytes))
        #expect(record.rewritings == ["private-metadata"])
        #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
    }

    @Test("leaves nothing behind when the daemon is killed in the middle of it")
    func killed() async throws {
        let site = try await DaemonSite(
            configuration: Configurations.standard.replacing(
                "stripPrivateMetadata: false",
                with: "stripPrivateMetadata: true"
            )
        )
        let bytes = try Samples.fixture("private-metadata/private.jpg")
        var daemon = try await site.start(environment: ["MEDIAD_TEST_CRASH_AT": "rewritten"])
        do {
            let answer = try await daemon.upload(bytes, "collection=avatars&name=me")
            Issue.record("the daemon answered \(answer.status) and should have died")
        } catch is HTTPProbeError {}
        #expect(await daemon.process.waitForExit(atMost: .seconds(20)) == .signalled(9), "\(daemon.lastWords)")
        await daemon.kill9()
        #expect(site.filesInStaging.count == 2)
        daemon = try await site.start()
        try await withLog(of: daemon) { [daemon] in
            #expect(try await eventually { site.filesInStaging.isEmpty })
            #expect(site.filesInTree.isEmpty)
            let record = try await daemon.upload(bytes, "collection=avatars&name=me").record()
            #expect(record.rewritings == ["private-metadata"])
            #expect(try await daemon.terminate() == .exited(0))
        }
        try await site.expectClean()
        try await site.remove()
    }
}
