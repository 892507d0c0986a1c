import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("Opening files")
struct FileServiceTests {
    @Test("A record from the cache that was overtaken is read again: never the old record with the new bytes")
    func overtaken() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let (fixture, other) = (try EngineFixture(root, memory), try EngineFixture(root, memory))
        await fixture.changes.dispatch(.connected)
        try await other.upload("jpeg one")
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
        let second = try await other.upload("jpeg number two")
        let opened = try await fixture.files.open(MediaPath(trusted: "posters/1.jpg"))
        #expect(opened.record == second)
        #expect(opened.content.identity == second.version.identity)
    }

    @Test("A reader that meets a commit between its rename and its record waits for it")
    func halfWay() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        try await fixture.upload("jpeg one")
        plan.hold("catalog.finish")
        let upload = Task { try await fixture.upload("jpeg number two") }
        #expect(try await eventually { plan.heldCalls == 1 })
        #expect(fixture.root.read("files/posters/1.jpg") == "jpeg number two")
        let reader = Task { try await fixture.files.open(MediaPath(trusted: "posters/1.jpg")) }
        // The reader stands in line for the name before the commit may end.
        #expect(try await eventually { fixture.commits.locks.watchers(of: "posters/1") == 1 })
        plan.release()
        let file = try await upload.value
        let opened = try await reader.value
        #expect(opened.record == file)
        #expect(String(decoding: OpenFileBytes.read(opened.content), as: UTF8.self) == "jpeg number two")
    }

    @Test("A new file is not there before its record is")
    func notYet() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        plan.hold("catalog.finish")
        let upload = Task { try await fixture.upload("jpeg one") }
        #expect(try await eventually { plan.heldCalls == 1 })
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.text(at: "posters/1.jpg") } == .notFound
        )
        plan.release()
        _ = try await upload.value
        #expect(try await fixture.text(at: "posters/1.jpg") == "jpeg one")
    }

    @Test("A tree changed by hand is tree_mismatch, whether the file was changed, taken away or turned into a link")
    func changedByHand() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        for name in ["changed", "gone", "linked"] { try await fixture.upload("jpeg one", to: "posters", name) }
        try fixture.root.write("jpeg two", to: "files/posters/changed.jpg")
        try fixture.root.remove("files/posters/gone.jpg")
        try fixture.root.remove("files/posters/linked.jpg")
        try fixture.root.link("files/posters/linked.jpg", to: "changed.jpg")
        for name in ["changed", "gone", "linked"] {
            let found = await code { () async throws(MediaError) in
                _ = try await fixture.text(at: "posters/\(name).jpg")
            }
            #expect(found == .treeMismatch)
        }
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.text(at: "posters/none.jpg") }
                == .notFound
        )
    }

    @Test("Readers beside a writer that replaces without pause always get one whole version")
    func readersBesideAWriter() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        await fixture.changes.dispatch(.connected)
        try await fixture.upload("jpeg 0")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 1...40 {
                    try await fixture.upload("jpeg \(number) " + String(repeating: "x", count: number))
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<60 {
                        let opened = try await fixture.files.open(MediaPath(trusted: "posters/1.jpg"))
                        let bytes = OpenFileBytes.read(opened.content)
                        #expect(bytes.count == Int(opened.record.version.size.bytes))
                        #expect(try await fixture.tree.digest(of: opened.content) == opened.record.version.digest)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("Where a page ends among files that may not be seen, the next one begins at a time and names none of them")
    func veiledCursors() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        for number in 0..<50 { try await fixture.upload("jpeg \(number)", to: "posters", "\(number)") }
        let ids = Set(try await fixture.files.list(FileFilter(), before: nil, limit: 100).files.map(\.id))
        var (names, cursor, pages): ([String], MediaID?, Int) = ([], nil, 0)
        repeat {
            // Of each page 20 looks see 2 files each.
            let page = try await fixture.files.list(FileFilter(), before: cursor, limit: 1) { $0.name.text == "0" }
            names += page.files.map(\.name.text)
            (cursor, pages) = (page.next, pages + 1)
            if let cursor { #expect(!ids.contains(cursor)) }
        } while cursor != nil && pages < 100
        #expect(names == ["0"] && pages > 1)
        let same = MediaID(now: Timestamp(microseconds: 1_700_000_000_000_000))
        #expect(same < same.lastOfMillisecond && same.lastOfMillisecond == same.lastOfMillisecond.lastOfMillisecond)
        #expect(same.lastOfMillisecond < MediaID(now: Timestamp(microseconds: 1_700_000_000_001_000)))
    }

    @Test("Pages are cut at the limit and go on where they stopped; deleting takes file and record")
    func pagesAndDeletion() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        for number in 0..<5 { try await fixture.upload("jpeg \(number)", to: "posters", "\(number)") }
        var (names, cursor): ([String], MediaID?) = ([], nil)
        for _ in 0..<3 {
            let page = try await fixture.files.list(FileFilter(), before: cursor, limit: 2)
            names += page.files.map(\.name.text)
            cursor = page.next
        }
        #expect(Set(names).count == 5 && names.count == 5)
        #expect(cursor == nil)
        let file = try await fixture.files.file(path: MediaPath(trusted: "posters/0.jpg"))
        fixture.memory.setReferenced(file.id, true)
        #expect(
            await code { () async throws(MediaError) in try await fixture.files.delete(id: file.id) } == .fileReferenced
        )
        #expect(try await fixture.text(at: "posters/0.jpg") == "jpeg 0")
        fixture.memory.setReferenced(file.id, false)
        try await fixture.files.delete(id: file.id)
        #expect(await code { () async throws(MediaError) in try await fixture.files.delete(id: file.id) } == .notFound)
        #expect(
            await code { () async throws(MediaError) in _ = try await fixture.files.open(id: file.id) } == .notFound
        )
        #expect(fixture.root.kind("files/posters/0.jpg") == nil)
        #expect(try await fixture.findings() == [])
    }

    @Test("A deletion whose client goes away is finished all the same")
    func cancelled() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        let file = try await fixture.upload("jpeg one")
        plan.hold("trash.take")
        let deletion = Task { try await fixture.files.delete(id: file.id) }
        #expect(try await eventually { plan.heldCalls == 1 })
        deletion.cancel()
        plan.release()
        _ = await deletion.result
        #expect(fixture.root.kind("files/posters/1.jpg") == nil)
        #expect(try await fixture.memory.openIntents() == [])
    }
}
