import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("fsck")
struct FsckTests {
    private static func fixture() async throws -> EngineFixture {
        let fixture = try EngineFixture(TemporaryRoot())
        try await fixture.upload("jpeg good", to: "posters", "good")
        try await fixture.upload("jpeg one", to: "posters", "1")
        return fixture
    }

    private static func kinds(_ findings: [Finding]) -> [String] {
        findings.map { "\($0.kind.rawValue) \($0.subject)\($0.isRepaired ? " repaired" : "")" }
    }

    @Test("missing: a record without its file; dropped only when asked to")
    func missing() async throws {
        let fixture = try await Self.fixture()
        try fixture.root.remove("files/posters/1.jpg")
        #expect(Self.kinds(try await fixture.findings()) == ["missing posters/1.jpg"])
        #expect(Self.kinds(try await fixture.findings(repair: true)) == ["missing posters/1.jpg"])
        #expect(
            Self.kinds(try await fixture.findings(repair: true, forgetMissing: true)) == [
                "missing posters/1.jpg repaired"
            ]
        )
        #expect(try await fixture.findings() == [])
        #expect(fixture.root.tree("files") == ["posters/good.jpg"])
    }

    @Test("missing: a referenced record is not dropped, and the rest is still checked")
    func missingReferenced() async throws {
        let fixture = try await Self.fixture()
        let file = try await fixture.files.file(path: MediaPath(trusted: "posters/1.jpg"))
        fixture.memory.setReferenced(file.id, true)
        try fixture.root.remove("files/posters/1.jpg")
        try fixture.root.link("files/posters/link", to: "good.jpg")
        let findings = try await fixture.findings(repair: true, forgetMissing: true)
        #expect(Self.kinds(findings) == ["missing posters/1.jpg", "foreign posters/link"])
    }

    @Test("changed: edited by hand; repaired by recording what lies there, under the same id")
    func changed() async throws {
        let fixture = try await Self.fixture()
        let before = try await fixture.files.file(path: MediaPath(trusted: "posters/1.jpg"))
        try fixture.root.write("jpeg edited by hand", to: "files/posters/1.jpg")
        #expect(Self.kinds(try await fixture.findings()) == ["changed posters/1.jpg"])
        #expect(Self.kinds(try await fixture.findings(quick: true)).count == 1)
        #expect(Self.kinds(try await fixture.findings(repair: true)) == ["changed posters/1.jpg repaired"])
        #expect(try await fixture.findings() == [])
        #expect(try await fixture.files.file(path: before.path).id == before.id)
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg edited by hand")
    }

    @Test("changed into a type that the collection does not take: left alone, with the reason")
    func changedIntoForbidden() async throws {
        let fixture = try await Self.fixture()
        try fixture.root.write("html <script>", to: "files/posters/1.jpg")
        let findings = try await fixture.findings(repair: true)
        #expect(Self.kinds(findings) == ["changed posters/1.jpg"])
        #expect(findings.first?.explanation.contains("text/html") == true)
    }

    @Test("damaged: other bytes with the recorded size and time; only a full check sees it, and nothing repairs it")
    func damaged() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try fixture.root.write("jpeg right", to: "files/posters/1.jpg")
        try fixture.root.setModificationTime("files/posters/1.jpg", secondsSince1970: 1_700_000_000)
        _ = try await fixture.findings(repair: true)
        #expect(try await fixture.findings() == [])
        try fixture.root.write("jpeg wrong", to: "files/posters/1.jpg")
        try fixture.root.setModificationTime("files/posters/1.jpg", secondsSince1970: 1_700_000_000)
        #expect(Self.kinds(try await fixture.findings()) == ["damaged posters/1.jpg"])
        #expect(try await fixture.findings(quick: true) == [])
        #expect(Self.kinds(try await fixture.findings(repair: true)) == ["damaged posters/1.jpg"])
    }

    @Test("touched: the right bytes with another time, as after a careless restore")
    func touched() async throws {
        let fixture = try await Self.fixture()
        try fixture.root.setModificationTime("files/posters/1.jpg", secondsSince1970: 1_700_000_000)
        #expect(Self.kinds(try await fixture.findings()) == ["touched posters/1.jpg"])
        #expect(Self.kinds(try await fixture.findings(repair: true)) == ["touched posters/1.jpg repaired"])
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
        #expect(try await fixture.findings() == [])
    }

    @Test("unrecorded and foreign: what the catalog does not know; files are recorded, the rest is only told")
    func unrecorded() async throws {
        let fixture = try await Self.fixture()
        try fixture.root.write("png found", to: "files/posters/found.png")
        try fixture.root.write("html", to: "files/posters/evil.jpg")
        try fixture.root.write("x", to: "files/unknown/x.jpg")
        try fixture.root.write("x", to: "files/posters/.hidden")
        try fixture.root.link("files/posters/link.jpg", to: "good.jpg")
        let expected = [
            "foreign posters/.hidden", "unrecorded posters/evil.jpg", "unrecorded posters/found.png",
            "foreign posters/link.jpg", "unrecorded unknown/x.jpg",
        ]
        #expect(Self.kinds(try await fixture.findings()) == expected)
        let repaired = Self.kinds(try await fixture.findings(repair: true))
        #expect(repaired == expected.map { $0.contains("found") ? $0 + " repaired" : $0 })
        #expect(try await fixture.text(at: "posters/found.png") == "png found")
    }

    @Test("unfinished and leftover: what a killed process left; repair ends and sweeps it")
    func deadProcess() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let owner = try await Self.die(root, memory)
        let fixture = try EngineFixture(root, memory)
        #expect(try await eventually { try await fixture.staging.deadOwners().contains { $0.name == owner } })
        #expect(Self.kinds(try await fixture.findings()) == ["unfinished posters/1.jpg", "leftover staging/\(owner)"])
        let repaired = Self.kinds(try await fixture.findings(repair: true))
        #expect(repaired == ["unfinished posters/1.jpg repaired", "leftover staging/\(owner) repaired"])
        #expect(try await fixture.findings() == [])
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg new")
    }

    private static func die(_ root: TemporaryRoot, _ memory: InMemoryCatalog) async throws -> String {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan) { if $0 == .renamed { plan.kill() } }
        try await fixture.uploads.stage().append([1, 2, 3])
        _ = await code { () async throws(MediaError) in try await fixture.upload("jpeg new") }
        return fixture.staging.owner
    }

    @Test("stale: thumbnails of bytes that no record has are removed by a repair; those in use stay")
    func stale() async throws {
        let fixture = try await Self.fixture()
        let inUse = try await fixture.files.file(path: MediaPath(trusted: "posters/1.jpg")).version.digest.prefix
        let gone = SampleRecords.digest(7).prefix
        for prefix in [inUse, gone] {
            try fixture.root.write("x", to: "renditions/\(prefix.prefix(2))/\(prefix)/w92.webp")
        }
        // Nothing is wrong with them: they take room, and are only told of when they are removed.
        #expect(try await fixture.findings() == [])
        #expect(Self.kinds(try await fixture.findings(repair: true)) == ["stale renditions/\(gone) repaired"])
        #expect(try await fixture.findings() == [])
        #expect(fixture.root.tree("renditions").count == 1)
    }

    @Test(
        "unreadable: a file that the disk does not give is one finding, not the end of the check",
        arguments: ["store.open", "store.digest"]
    )
    func unreadable(_ call: String) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan(failing: 1, mode: .refused, only: call)
        let fixture = try EngineFixture(root, memory, plan: plan)
        try await fixture.upload("jpeg one")
        try fixture.root.link("files/posters/link", to: "1.jpg")
        plan.arm()
        #expect(Self.kinds(try await fixture.findings()) == ["unreadable posters/1.jpg", "foreign posters/link"])
    }

    @Test("A database that goes away ends the check with an error, not with false findings")
    func databaseGone() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await EngineFixture(root, memory).upload("jpeg one")
        for nth in 1...30 {
            let plan = FaultPlan(failing: nth, mode: .refused, only: nil)
            let fixture = try EngineFixture(root, memory, plan: plan)
            plan.arm()
            do {
                let findings = try await fixture.findings()
                #expect(findings.allSatisfy { $0.kind == .unreadable }, "\(plan.failedCall ?? "")")
                if plan.failedCall == nil { return }
            } catch let error as MediaError {
                #expect([.catalogUnavailable, .storageUnavailable].contains(error.code))
            }
        }
        Issue.record("the check makes more than 30 calls")
    }
}
