import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Rewriting on the way in")
struct RewritingTests {
    @Test("What is stored is the new bytes, and the record says what was done and what came")
    func rewritten() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let file = try await fixture.upload("jpeg with a secret inside", to: "avatars")
        let stored = "jpeg with a inside (checked)"
        #expect(try await fixture.text(at: "avatars/1.jpg") == stored)
        #expect(file.version.size.bytes == Int64(stored.utf8.count))
        let other = try EngineFixture(TemporaryRoot())
        let untouched = try await other.upload("jpeg with a secret inside")
        #expect(untouched.rewriting == nil)
        #expect(
            file.rewriting
                == FileRewriting(steps: [.privateMetadata], uploadedDigest: untouched.version.digest)
        )
        #expect(try await fixture.memory.file(id: file.id) == file)
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    @Test("A file in which there is nothing to change is stored as it came, and nothing is said")
    func unchanged() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let file = try await fixture.upload("jpeg clean", to: "avatars")
        #expect(file.rewriting == nil)
        #expect(try await fixture.text(at: "avatars/1.jpg") == "jpeg clean")
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("A replacement forgets what was done to the bytes before it")
    func replaced() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try await fixture.upload("jpeg secret one", to: "avatars")
        let file = try await fixture.upload("jpeg two", to: "avatars")
        #expect(try await fixture.memory.file(id: file.id)?.rewriting == nil)
    }

    @Test(
        "A refused or spoiled rewriting leaves nothing behind",
        arguments: [
            ("jpeg secret refuse", MediaError.Code.fileDamaged), ("jpeg secret spoil", .processingFailed),
        ]
    )
    func failed(_ text: String, _ expected: MediaError.Code) async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let found = await code { () async throws(MediaError) in try await fixture.upload(text, to: "avatars") }
        #expect(found == expected)
        #expect(fixture.root.tree("staging") == [])
        #expect(fixture.root.tree("files") == [])
        #expect(try await fixture.memory.openIntents() == [])
    }

    @Test("Of several files a refused one keeps the rewritten ones out, and their bytes do not stay")
    func several() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let texts: [(text: String, name: String?)] = [("jpeg secret one", "1"), ("jpeg secret refuse", "2")]
        let found = await code { () async throws(MediaError) in _ = try await fixture.upload(texts, to: "avatars") }
        #expect(found == .fileDamaged)
        #expect(fixture.root.tree("staging") == [])
        #expect(fixture.root.tree("files") == [])
    }

    @Test("An announced checksum is that of the bytes that are sent")
    func checksum() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let text = "jpeg with a secret inside"
        let uploaded = try await fixture.upload(text).version.digest
        func store(_ expected: Digest) async throws(MediaError) -> [MediaFile] {
            let staged = try await fixture.uploads.stage()
            try await staged.append(Array(text.utf8))
            let candidate = UploadService.Candidate(
                staged: staged,
                name: "1",
                originalFilename: nil,
                expectedDigest: expected
            )
            let collection = try fixture.uploads.collection(named: "avatars")
            return try await fixture.uploads.store([candidate], in: collection, replace: true)
        }
        let file = try #require(try await store(uploaded).first)
        #expect(file.rewriting?.uploadedDigest == uploaded)
        let found = await code { () async throws(MediaError) in _ = try await store(file.version.digest) }
        #expect(found == .checksumMismatch)
        #expect(fixture.root.tree("staging") == [])
    }

    @Test("Whichever call fails, tree and catalog agree, and the client knows", arguments: FaultPlan.Mode.allCases)
    func faults(_ mode: FaultPlan.Mode) async throws {
        for nth in 1..<200 {
            let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
            let plan = FaultPlan(failing: nth, mode: mode)
            var fixture: EngineFixture? = try EngineFixture(root, memory, plan: plan)
            plan.arm()
            var answer: MediaFile?
            do throws(MediaError) {
                answer = try await fixture?.upload("jpeg with a secret inside", to: "avatars")
            } catch {}
            plan.disarm()
            let owner = try #require(fixture?.staging.owner)
            if !mode.isCrash, let fixture { #expect(try await fixture.settleAll()) }
            fixture = nil
            let next = try await FaultTests.recover(root, memory, after: owner)
            #expect(root.tree("staging") == [], "\(plan.failedCall ?? "")")
            #expect(try await next.findings() == [])
            if answer != nil {
                #expect(try await next.text(at: "avatars/1.jpg") == "jpeg with a inside (checked)")
            }
            if plan.failedCall == nil {
                #expect(answer != nil)
                return
            }
        }
        Issue.record("the plan never got through")
    }
}

@Suite("Fast start and indexing")
struct OptionalRewritingTests {
    private static func fixture() throws -> EngineFixture {
        try EngineFixture(
            TemporaryRoot(),
            adjust: { settings in
                for index in settings.collections.indices where settings.collections[index].name == "videos" {
                    settings.collections[index].fastStart = .rewrite
                }
            }
        )
    }

    @Test(
        "C3: a video that cannot be made better, or comes out worse, is stored as it came and not refused",
        arguments: ["mp4 secret refuse", "mp4 secret spoil", "mp4 clean"]
    )
    func kept(_ text: String) async throws {
        let fixture = try Self.fixture()
        let file = try await fixture.upload(text, to: "videos")
        #expect(file.rewriting == nil)
        #expect(try await fixture.text(at: "videos/1.mp4") == text)
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    @Test("C3: what was done is told, with the digest of what came")
    func done() async throws {
        let fixture = try Self.fixture()
        let file = try await fixture.upload("mp4 with a secret inside", to: "videos")
        #expect(file.rewriting?.steps == [.fastStart])
        #expect(file.rewriting?.uploadedDigest != file.version.digest)
        #expect(try await fixture.text(at: "videos/1.mp4") == "mp4 with a inside (checked)")
        #expect(fixture.root.tree("staging") == [])
    }
}
