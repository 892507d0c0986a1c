import MediaCore
import MediaEngine
import MediaTesting
import Testing

@Suite("Focal points")
struct FocalPointTests {
    private static let point = FocalPoint(x: 0.25, y: 0.75)

    @Test("A point is set and taken away; caches forget the file, also when the answer was lost")
    func set() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let file = try await fixture.upload("jpeg a")
        let found = try await fixture.files.setFocalPoint(Self.point, of: file.id)
        #expect(found.focalPoint == Self.point)
        #expect(try await fixture.files.open(file.path).record.focalPoint == Self.point)
        #expect(fixture.memory.events.map(\.kind) == [.fileCreated, .fileUpdated])
        #expect(try await fixture.files.setFocalPoint(nil, of: file.id).focalPoint == nil)
        #expect(fixture.memory.events.count == 3)
    }

    @Test("What has no picture has no focal point, and one may always be taken away")
    func noPicture() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let file = try await fixture.upload("pdf", to: "receipts", nil)
        let refused = await code { () async throws(MediaError) in
            _ = try await fixture.files.setFocalPoint(Self.point, of: file.id)
        }
        #expect(refused == .notRenderable)
        #expect(try await fixture.files.setFocalPoint(nil, of: file.id) == file)
        let unknown = MediaID(now: Timestamp(microseconds: 1))
        let missing = await code { () async throws(MediaError) in
            _ = try await fixture.files.setFocalPoint(nil, of: unknown)
        }
        #expect(missing == .notFound)
    }

    @Test("One that is set while a replacement is under way does not stand in its way")
    func racing() async throws {
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        let file = try await fixture.upload("jpeg a")
        plan.hold("catalog.begin")
        async let replaced = fixture.upload("jpeg b")
        #expect(try await eventually { plan.heldCalls == 1 })
        _ = try await fixture.memory.setFocalPoint(Self.point, of: file.id, at: file.updatedAt)
        plan.release()
        #expect(try await replaced.id == file.id)
        #expect(try await fixture.files.file(id: file.id).focalPoint == nil)
    }

    @Test("The same bytes again keep it, other bytes begin without")
    func replaced() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let file = try await fixture.upload("jpeg a")
        _ = try await fixture.files.setFocalPoint(Self.point, of: file.id)
        #expect(try await fixture.upload("jpeg a").focalPoint == Self.point)
        #expect(try await fixture.files.file(id: file.id).focalPoint == Self.point)
        #expect(try await fixture.upload("jpeg b").focalPoint == nil)
        #expect(try await fixture.files.file(id: file.id).focalPoint == nil)
    }
}
