import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("Name locks")
struct NameLockTests {
    @Test("One at a time, in order; a line that is too long is refused; other names go on")
    func line() async throws {
        let locks = NameLocks(maximumWaiters: 2)
        let plan = FaultPlan.harmless()
        plan.hold("work")
        func work(_ name: String) async throws {
            try await locks.withLocks(on: [name]) {
                try await plan.perform("work", failingWith: .internalError) { () async throws(MediaError) in }
            }
        }
        let first = Task { try await work("a") }
        #expect(try await eventually { plan.heldCalls == 1 })
        let second = Task { try await work("a") }
        #expect(try await eventually { locks.waiters(of: "a") == 1 })
        let third = Task { try await work("a") }
        #expect(try await eventually { locks.waiters(of: "a") == 2 })
        await #expect(throws: NameLocks.LineTooLong.self) { try await work("a") }
        #expect(plan.heldCalls == 1, "the second waits for the first")
        let waiter = Task { await locks.waitUntilFree("b") }
        await waiter.value
        // Whoever only watches takes no place in the line.
        let watchers = (0..<50).map { _ in Task { await locks.waitUntilFree("a") } }
        #expect(try await eventually { locks.watchers(of: "a") == 50 })
        #expect(locks.waiters(of: "a") == 2)
        plan.release()
        for watcher in watchers { await watcher.value }
        for task in [first, second, third] { try await task.value }
        await locks.waitUntilFree("a")
        #expect(locks.waiters(of: "a") == 0)
    }

    @Test("without any waiters allowed, a free name can still be taken")
    func noWaiters() async throws {
        let locks = NameLocks(maximumWaiters: 0)
        #expect(try await locks.withLocks(on: ["a", "b"]) { 1 } == 1)
        let plan = FaultPlan.harmless()
        plan.hold("work")
        let holder = Task {
            try await locks.withLocks(on: ["a"]) {
                try await plan.perform("work", failingWith: .internalError) { () async throws(MediaError) in }
            }
        }
        #expect(try await eventually { plan.heldCalls == 1 })
        await #expect(throws: NameLocks.LineTooLong.self) { try await locks.withLocks(on: ["a"]) {} }
        plan.release()
        try await holder.value
    }
}
