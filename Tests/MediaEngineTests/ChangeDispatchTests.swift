import MediaCore
import MediaEngine
import MediaTesting
import Synchronization
import Testing

@Suite("Changes in this process")
struct ChangeDispatchTests {
    private static let path = MediaPath(trusted: "posters/1.jpg")

    @Test("Subscribers are told of each change before the call that made it returns")
    func own() async throws {
        let told = EventRecorder()
        let fixture = try EngineFixture(TemporaryRoot(), caches: [told])
        let png = try await fixture.upload("png one")
        #expect(told.take() == [.published(png, replaced: nil)])
        let jpeg = try await fixture.upload("jpeg two")
        #expect(told.take() == [.published(jpeg, replaced: png)])
        let focused = try await fixture.files.setFocalPoint(FocalPoint(x: 0.5, y: 0.25), of: jpeg.id)
        #expect(told.take() == [.recordChanged(Self.path)])
        try await fixture.files.delete(id: jpeg.id)
        #expect(told.take() == [.deleted(focused)])
    }

    @Test("A change that fails may have happened all the same, so what is kept of its file goes")
    func failed() async throws {
        let (told, plan) = (EventRecorder(), FaultPlan(failing: 1, mode: .answerLost, only: "catalog.setFocalPoint"))
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan, caches: [told])
        let file = try await fixture.upload("jpeg one")
        fixture.memory.setReferenced(file.id, true)
        _ = told.take()
        #expect(
            await code { () async throws(MediaError) in try await fixture.files.delete(id: file.id) } == .fileReferenced
        )
        #expect(told.take() == [.recordChanged(Self.path)])
        plan.arm()
        let point = FocalPoint(x: 0.5, y: 0.25)
        let found = await code { () async throws(MediaError) in
            _ = try await fixture.files.setFocalPoint(point, of: file.id)
        }
        #expect(found == .catalogUnavailable)
        #expect(told.take() == [.recordChanged(Self.path)])
    }

    @Test("The renditions of bytes that are replaced or deleted are removed by then, those of bytes that stay are not")
    func renditions() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        func render() async throws {
            let opened = try await fixture.files.open(Self.path)
            let key = try fixture.renditions.key(for: opened.record, RenditionOptions(preset: "w92"), format: .webp)
            _ = try await fixture.renditions.rendition(key, of: opened)
        }
        try await fixture.upload("jpeg one")
        try await render()
        try await fixture.upload("jpeg one")
        #expect(fixture.root.tree("renditions").count == 1)
        let second = try await fixture.upload("jpeg two")
        #expect(fixture.root.tree("renditions") == [])
        try await render()
        try await fixture.files.delete(id: second.id)
        #expect(fixture.root.tree("renditions") == [])
    }

    @Test("Records are kept while changes are heard, dropped when one is heard, and not kept when none can be")
    func heard() async throws {
        let (told, plan) = (EventRecorder(), FaultPlan.harmless())
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan, caches: [told])
        try await fixture.upload("jpeg one")
        _ = told.take()
        plan.arm()
        func reads() async throws -> Int {
            let before = plan.calls.count { $0 == "catalog.file.path" }
            for _ in 0..<2 { _ = try await fixture.files.open(Self.path) }
            return plan.calls.count { $0 == "catalog.file.path" } - before
        }
        #expect(try await reads() == 2, "nobody listens yet")
        let listening = Task { try await fixture.follower.run() }
        #expect(try await eventually { told.events == [.connected] })
        #expect(try await reads() == 1)
        #expect(try await reads() == 0)
        fixture.memory.changeByHand(Self.path)
        #expect(try await eventually { told.events.last == .recordChanged(Self.path) })
        #expect(try await reads() == 1)
        fixture.memory.interruptNotifications()
        fixture.memory.changeByHand(Self.path)
        #expect(try await eventually { told.events.count { $0 == .recordChanged(Self.path) } == 2 })
        #expect(!told.events.contains(.disconnected), "the feed can be read without the notifications")
        #expect(try await reads() == 1)
        fixture.memory.setFeedAway(true)
        #expect(try await eventually { told.events.last == .disconnected })
        #expect(try await reads() == 2, "nothing is kept of what may be another by now")
        fixture.memory.setFeedAway(false)
        #expect(try await eventually { told.events.last == .connected })
        #expect(try await reads() == 1)
        listening.cancel()
        try await listening.value
        #expect(told.events.last == .disconnected)
        #expect(try await reads() == 2)
    }

    @Test("A request for an upload's release is heard by the process that holds it, also from another one")
    func release() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let told = EventRecorder()
        let (fixture, other) = (try EngineFixture(root, memory, caches: [told]), try EngineFixture(root, memory))
        let listening = Task { try await fixture.follower.run() }
        #expect(try await eventually { told.events == [.connected] })
        let id = try await fixture.announce(8)
        let body = HangingBody()
        let older = Task { await fixture.refusal("abcdefgh", at: 0, to: id, body: body.source("abcd")) }
        #expect(try await eventually { body.isHanging })
        #expect(try await other.resumable.settledStatus(of: id, for: .anybody).offset?.bytes == 4)
        #expect(await older.value == .uploadInterrupted)
        #expect(body.reason == .takenOver)
        listening.cancel()
        try await listening.value
    }

    @Test("What an event means to a cache")
    func invalidation() {
        let png = SampleRecords.file("1", type: .png)
        let jpeg = SampleRecords.file("1", type: .jpeg, seed: 2, id: png.id)
        let cases: [(ChangeEvent, ChangeEvent.Invalidation)] = [
            (.published(jpeg, replaced: nil), .paths([jpeg.path])),
            (.published(jpeg, replaced: jpeg), .paths([jpeg.path])),
            (.published(jpeg, replaced: png), .paths([jpeg.path, png.path])),
            (.deleted(png), .paths([png.path])),
            (.recordChanged(png.path), .paths([png.path])),
            (.connected, .everything(mayKeep: true)),
            (.allRecordsChanged, .everything(mayKeep: true)),
            (.disconnected, .everything(mayKeep: false)),
            (.uploadTakeoverRequested(SampleRecords.uploadID(1), asked: Timestamp(microseconds: 0)), .nothing),
        ]
        for (event, expected) in cases { #expect(event.invalidation == expected) }
    }
}

/// Keeps what it is told.
private final class EventRecorder: ChangeSubscriber {
    private let state = Mutex<[ChangeEvent]>([])

    var events: [ChangeEvent] { self.state.withLock { $0 } }

    /// What came since the last call.
    func take() -> [ChangeEvent] {
        self.state.withLock { state in
            defer { state = [] }
            return state
        }
    }

    func receive(_ event: ChangeEvent) async { self.state.withLock { $0.append(event) } }
}
