import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("fsck")
struct FsckTests {
    private static func house() async throws -> House {
        let house = try House(TemporaryRoot())
        try await house.upload("jpeg good", to: "posters", "good")
        try await house.upload("jpeg one", to: "posters", "1")
        return house
    }

    private static func kinds(_ findings: [Finding]) -> [String] {
        findings.map { "\($0.kind.rawValue) \($0.subject)\($0.isRepaired ? " repaired" : "")" }
    }

    @Test("missing: a record without its file; dropped only when asked to")
    func missing() async throws {
        let house = try await Self.house()
        try house.root.remove("files/posters/1.jpg")
        #expect(Self.kinds(try await house.findings()) == ["missing posters/1.jpg"])
        #expect(Self.kinds(try await house.findings(repair: true)) == ["missing posters/1.jpg"])
        #expect(
            Self.kinds(try await house.findings(repair: true, forgetMissing: true)) == [
                "missing posters/1.jpg repaired"
            ]
        )
        #expect(try await house.findings() == [])
        #expect(house.root.tree("files") == ["posters/good.jpg"])
    }

    @Test("missing: a referenced record is not dropped, and the rest is still checked")
    func missingReferenced() async throws {
        let house = try await Self.house()
        let file = try await house.files.file(path: MediaPath(trusted: "posters/1.jpg"))
        house.memory.setReferenced(file.id, true)
        try house.root.remove("files/posters/1.jpg")
        try house.root.link("files/posters/link", to: "good.jpg")
        let findings = try await house.findings(repair: true, forgetMissing: true)
        #expect(Self.kinds(findings) == ["missing posters/1.jpg", "foreign posters/link"])
    }

    @Test("changed: edited by hand; repaired by recording what lies there, under the same id")
    func changed() async throws {
        let house = try await Self.house()
        let before = try await house.files.file(path: MediaPath(trusted: "posters/1.jpg"))
        try house.root.write("jpeg edited by hand", to: "files/posters/1.jpg")
        #expect(Self.kinds(try await house.findings()) == ["changed posters/1.jpg"])
        #expect(Self.kinds(try await house.findings(quick: true)).count == 1)
        #expect(Self.kinds(try await house.findings(repair: true)) == ["changed posters/1.jpg repaired"])
        #expect(try await house.findings() == [])
        #expect(try await house.files.file(path: before.path).id == before.id)
        #expect(try await house.text(at: "posters/1.jpg") == "jpeg edited by hand")
    }

    @Test("changed into a type that the collection does not take: left alone, with the reason")
    func changedIntoForbidden() async throws {
        let house = try await Self.house()
        try house.root.write("html <script>", to: "files/posters/1.jpg")
        let findings = try await house.findings(repair: true)
        #expect(Self.kinds(findings) == ["changed posters/1.jpg"])
        #expect(findings.first?.explanation.contains("text/html") == true)
    }

    @Test("damaged: other bytes with the recorded size and time; only a full check sees it, and nothing repairs it")
    func damaged() async throws {
        let house = try House(TemporaryRoot())
        try house.root.write("jpeg right", to: "files/posters/1.jpg")
        try house.root.setModificationTime("files/posters/1.jpg", secondsSince1970: 1_700_000_000)
        _ = try await house.findings(repair: true)
        #expect(try await house.findings() == [])
        try house.root.write("jpeg wrong", to: "files/posters/1.jpg")
        try house.root.setModificationTime("files/posters/1.jpg", secondsSince1970: 1_700_000_000)
        #expect(Self.kinds(try await house.findings()) == ["damaged posters/1.jpg"])
        #expect(try await house.findings(quick: true) == [])
        #expect(Self.kinds(try await house.findings(repair: true)) == ["damaged posters/1.jpg"])
    }

    @Test("touched: the right bytes with another time, as after a careless restore")
    func touched() async throws {
        let house = try await Self.house()
        try house.root.setModificationTime("files/posters/1.jpg", secondsSince1970: 1_700_000_000)
        #expect(Self.kinds(try await house.findings()) == ["touched posters/1.jpg"])
        #expect(Self.kinds(try await house.findings(repair: true)) == ["touched posters/1.jpg repaired"])
        #expect(try await house.text(at: "posters/1.jpg") == "jpeg one")
        #expect(try await house.findings() == [])
    }

    @Test("unrecorded and foreign: what the catalog does not know; files are recorded, the rest is only told")
    func unrecorded() async throws {
        let house = try await Self.house()
        try house.root.write("png found", to: "files/posters/found.png")
        try house.root.write("html", to: "files/posters/evil.jpg")
        try house.root.write("x", to: "files/unknown/x.jpg")
        try house.root.write("x", to: "files/posters/.hidden")
        try house.root.link("files/posters/link.jpg", to: "good.jpg")
        let expected = [
            "foreign posters/.hidden", "unrecorded posters/evil.jpg", "unrecorded posters/found.png",
            "foreign posters/link.jpg", "unrecorded unknown/x.jpg",
        ]
        #expect(Self.kinds(try await house.findings()) == expected)
        let repaired = Self.kinds(try await house.findings(repair: true))
        #expect(repaired == expected.map { $0.contains("found") ? $0 + " repaired" : $0 })
        #expect(try await house.text(at: "posters/found.png") == "png found")
    }

    @Test("unfinished and leftover: what a killed process left; repair ends and sweeps it")
    func deadProcess() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let owner = try await Self.die(root, memory)
        let house = try House(root, memory)
        #expect(try await eventually { try await house.staging.deadOwners().contains { $0.name == owner } })
        #expect(Self.kinds(try await house.findings()) == ["unfinished posters/1.jpg", "leftover staging/\(owner)"])
        let repaired = Self.kinds(try await house.findings(repair: true))
        #expect(repaired == ["unfinished posters/1.jpg repaired", "leftover staging/\(owner) repaired"])
        #expect(try await house.findings() == [])
        #expect(try await house.text(at: "posters/1.jpg") == "jpeg new")
    }

    private static func die(_ root: TemporaryRoot, _ memory: InMemoryCatalog) async throws -> String {
        let plan = FaultPlan.harmless()
        let house = try House(root, memory, plan: plan) { if $0 == .renamed { plan.kill() } }
        try await house.uploads.stage().append([1, 2, 3])
        _ = await code { () async throws(MediaError) in try await house.upload("jpeg new") }
        return house.staging.owner
    }

    @Test("stale: thumbnails of bytes that no record has are removed by a repair; those in use stay")
    func stale() async throws {
        let house = try await Self.house()
        let inUse = try await house.files.file(path: MediaPath(trusted: "posters/1.jpg")).version.digest.prefix
        let gone = SampleRecords.digest(7).prefix
        for prefix in [inUse, gone] {
            try house.root.write("x", to: "renditions/\(prefix.prefix(2))/\(prefix)/w92.webp")
        }
        // Nothing is wrong with them: they take room, and are only told of when they are removed.
        #expect(try await house.findings() == [])
        #expect(Self.kinds(try await house.findings(repair: true)) == ["stale renditions/\(gone) repaired"])
        #expect(try await house.findings() == [])
        #expect(house.root.tree("renditions").count == 1)
    }

    @Test(
        "unreadable: a file that the disk does not give is one finding, not the end of the check",
        arguments: ["store.open", "store.digest"]
    )
    func unreadable(_ call: String) async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan(failing: 1, mode: .refused, only: call)
        let house = try House(root, memory, plan: plan)
        try await house.upload("jpeg one")
        try house.root.link("files/posters/link", to: "1.jpg")
        plan.arm()
        #expect(Self.kinds(try await house.findings()) == ["unreadable posters/1.jpg", "foreign posters/link"])
    }

    @Test("A database that goes away ends the check with an error, not with false findings")
    func databaseGone() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        try await House(root, memory).upload("jpeg one")
        for nth in 1...30 {
            let plan = FaultPlan(failing: nth, mode: .refused, only: nil)
            let house = try House(root, memory, plan: plan)
            plan.arm()
            do {
                let findings = try await house.findings()
                #expect(findings.allSatisfy { $0.kind == .unreadable }, "\(plan.failedCall ?? "")")
                if plan.failedCall == nil { return }
            } catch let error as MediaError {
                #expect([.catalogUnavailable, .storageUnavailable].contains(error.code))
            }
        }
        Issue.record("the check makes more than 30 calls")
    }
}
