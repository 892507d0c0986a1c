import MediaCore
import MediaTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import MediaEngine

@Suite("Resumable uploads: maintenance in the background")
struct UploadMaintenanceTests {
    private static func maintenance(
        of fixture: EngineFixture,
        isPrepared: @escaping @Sendable () -> Bool = { true }
    ) -> UploadMaintenance {
        UploadMaintenance(
            of: fixture.resumables,
            recovery: fixture.recovery,
            retryInterval: .milliseconds(5),
            isPrepared: isPrepared,
            logger: quietLogger
        )
    }

    @Test("What a dead process was processing becomes a file; what passes is tried again until it is past")
    func interrupted() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan(failing: 1, mode: .refused, only: "staged.synchronize")
        let fixture = try EngineFixture(root, memory, plan: plan)
        let id = try await fixture.announce(4)
        _ = await fixture.refusal("abcd", at: 0, to: id, body: Bodies.cut(after: "abcd"))
        try await memory.setState(.processing, of: id)
        plan.arm()
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.maintenance(of: fixture).run() }
                #expect(try await eventually { try await memory.upload(id: id)?.state == .complete })
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(plan.failedCall != nil)
        #expect(try await fixture.texts() == ["abcd"])
    }

    @Test("Nothing is tended before the schema is there, and the end does not wait for that")
    func unprepared() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan)
        plan.arm()
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let looks = Counter()
                group.addTask {
                    try await Self.maintenance(of: fixture, isPrepared: { looks.increase() < 0 }).run()
                }
                #expect(try await eventually { looks.count > 3 })
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(plan.calls == [])
    }

    @Test("A concatenation is stopped when the daemon is, stays in processing, and the next one finishes it")
    func stopped() async throws {
        let (root, memory) = (try TemporaryRoot(), InMemoryCatalog())
        let plan = FaultPlan.harmless()
        let fixture = try EngineFixture(root, memory, plan: plan)
        let part = try await fixture.part("part")
        plan.hold("upload.concatenate")
        let whole = Task { try await fixture.concatenate([part]).upload }
        #expect(try await eventually { plan.heldCalls == 1 })
        let stop = Task { await fixture.pipeline.stop() }
        let ids = try await memory.uploads(in: .processing, limit: 9).map(\.id)
        plan.release()
        await stop.value
        _ = try await whole.value
        let id = try #require(ids.first)
        let next = try EngineFixture(root, memory)
        try await next.settleUploads()
        #expect(try await next.look(at: id).upload.state == .complete)
        #expect(try await next.texts() == ["part"])
    }

    @Test("Remembered records are bounded; forgotten and remembered ones too")
    func memoryBound() {
        let memory = UploadRecordCache(capacity: 10)
        let now = Timestamp(microseconds: 0)
        let uploads = (0..<500).map { _ in
            Upload(
                id: UploadID(),
                transport: .tus,
                length: ByteCount(bytes: 1),
                target: .init(),
                client: "c",
                createdAt: now,
                expiresAt: now
            )
        }
        for upload in uploads {
            for _ in 0..<5 {
                memory.remember(upload)
                memory.forget(upload.id)
            }
            memory.remember(upload)
            #expect(memory[upload.id] != nil)
        }
        #expect(uploads.filter { memory[$0.id] != nil }.count <= 10)
    }
}

/// Counts.
private final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { self.value.withLock { $0 } }

    func increase() -> Int {
        self.value.withLock { value in
            value += 1
            return value
        }
    }
}
