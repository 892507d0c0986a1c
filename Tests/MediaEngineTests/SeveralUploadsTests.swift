import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Several uploads at once")
struct SeveralUploadsTests {
    @Test("Of several files all are inspected before the first is committed; one refused keeps all out")
    func allOrNothing() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let refused = await code { () async throws(MediaError) in
            _ = try await fixture.upload([("jpeg a", "a"), ("png b", "b"), ("html c", "c")], to: "posters")
        }
        #expect(refused == .typeNotAllowed)
        let same = await code { () async throws(MediaError) in
            _ = try await fixture.upload([("jpeg a", "a"), ("png b", "a.png")], to: "posters")
        }
        #expect(same == .invalidName)
        #expect(fixture.root.tree("files") == [] && fixture.root.tree("staging") == [])
        let files = try await fixture.upload([("jpeg a", "a"), ("png b", "b")], to: "posters")
        #expect(files.map(\.path.text) == ["posters/a.jpg", "posters/b.png"])
    }

    @Test("When a later commit fails, the error names what is in already")
    func partlyCommitted() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        try await fixture.upload("pdf old", to: "documents", "b")
        do {
            _ = try await fixture.upload([("pdf a", "a"), ("pdf b", "b"), ("pdf c", "c")], to: "documents")
            Issue.record("b is taken")
        } catch {
            #expect(error.code == .nameTaken)
            #expect(error.details["committed"] == ["documents/a.pdf"])
        }
        #expect(fixture.root.tree("files") == ["documents/a.pdf", "documents/b.pdf"])
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    @Test("What can be refused before a byte is read is")
    func precheck() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let posters = try fixture.uploads.collection(named: "posters")
        #expect(throws: MediaError.self) {
            try fixture.uploads.precheck(collection: posters, name: "a/../b", size: nil)
        }
        #expect(throws: MediaError.self) {
            try fixture.uploads.precheck(collection: posters, name: "1", size: ByteCount(bytes: 1001))
        }
        try fixture.uploads.precheck(collection: posters, name: nil, size: ByteCount(bytes: 1000))
        #expect(fixture.uploads.largestMaximumSize == .mebibytes(1))
    }

    @Test("20 uploads to one name at once: all are told the truth, one version is there whole")
    func concurrent() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let versions = await withTaskGroup(of: MediaFile?.self) { group in
            for number in 0..<20 {
                group.addTask { try? await fixture.upload("\(number.isMultiple(of: 2) ? "jpeg" : "png") \(number)") }
            }
            return await group.reduce(into: [MediaFile?]()) { $0.append($1) }
        }
        #expect(versions.compactMap { $0 }.count == 20)
        #expect(Set(versions.compactMap { $0?.id }).count == 1)
        #expect(fixture.root.tree("files").count == 1)
        #expect(fixture.memory.events.count == 20)
        #expect(fixture.root.tree("staging") == [])
        #expect(try await fixture.findings() == [])
    }

    @Test("In a collection that never replaces, of 20 uploads to one name exactly one is taken")
    func concurrentNever() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let codes = await withTaskGroup(of: MediaError.Code?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    await code { () async throws(MediaError) in
                        try await fixture.upload("pdf \(number)", to: "documents", "d")
                    }
                }
            }
            return await group.reduce(into: [MediaError.Code?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.filter { $0 == .nameTaken }.count == 19)
        #expect(try await fixture.findings() == [])
    }
}
