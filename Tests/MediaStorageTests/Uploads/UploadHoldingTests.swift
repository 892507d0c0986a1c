import Glibc
import MediaCore
import MediaStorage
import MediaTesting
import Testing

@Suite("Holding an upload")
struct UploadHoldingTests {
    @Test("A4.34: one holder at a time, between tasks and between stores")
    func twoTakers() async throws {
        let root = try TemporaryRoot()
        let (first, second) = (try makeUploads(root), try makeUploads(root))
        let id = try await first.made([1, 2, 3])
        let file = try await first.held(id)
        #expect(try await first.acquire(id) == nil)
        #expect(try await second.acquire(id) == nil)
        #expect(try await second.remove(id) == nil)
        #expect(try await second.progress(of: id)?.offset.bytes == 3)
        await file.release()
        let next = try await second.held(id)
        #expect(try await first.acquire(id) == nil)
        await next.release()
    }

    @Test("A4.35: of many who take it at once, one at a time has it, and no byte is lost or interleaved")
    func manyTakers() async throws {
        let root = try TemporaryRoot()
        let stores = try (0..<4).map { _ in try makeUploads(root) }
        let id = try await stores[0].made([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let store = stores[number % stores.count]
                    let isDone = try await eventually(within: .seconds(60)) {
                        guard let file = try await store.acquire(id) else { return false }
                        let bytes = [UInt8](repeating: UInt8(number), count: 500)
                        let offset = try await file.add(bytes, verified: number.isMultiple(of: 3))
                        #expect(offset.bytes.isMultiple(of: 500))
                        await file.release()
                        return true
                    }
                    #expect(isDone)
                }
            }
            try await group.waitForAll()
        }
        let bytes = try UploadRemains(root: root, id: id).bytes()
        let blocks = stride(from: 0, to: bytes.count, by: 500).map { Set(bytes[$0..<min($0 + 500, bytes.count)]) }
        #expect(blocks.count == 12)
        #expect(blocks.allSatisfy { $0.count == 1 })
        #expect(Set(blocks.flatMap { $0 }).count == 12)
        #expect(try await stores[1].digest(of: id).bytes == sha256(bytes))
    }

    @Test("An upload that another process holds cannot be taken until that process is killed")
    func otherProcess() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        let id = try await uploads.made([9])
        let folder = root.absolute("staging/uploads/\(id)")
        let holder = try await ChildProcess.start(
            .init("flock", ["--no-fork", "--exclusive", folder, "sh", "-c", "echo held; exec sleep 60"])
        )
        #expect(try await eventually { holder.standardOutput == Array("held\n".utf8) })
        #expect(try await uploads.acquire(id) == nil)
        #expect(try await uploads.remove(id) == nil)
        await holder.kill9()
        let file = try await uploads.held(id)
        let outcome = try await ChildProcess.run(.init("flock", ["--nonblock", "--exclusive", folder, "true"]))
        #expect(outcome.ending == .exited(1))
        await file.release()
    }

    @Test("A holder that is dropped lets go")
    func dropped() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        let id = try await uploads.made([9])
        do { try await uploads.held(id).append(verified: false).take([1]) }
        #expect(try await eventually { try await uploads.acquire(id) != nil })
    }

    @Test("A9.60: a removed upload is gone for everybody, and what it held is told")
    func removal() async throws {
        let root = try TemporaryRoot()
        let (first, second) = (try makeUploads(root), try makeUploads(root))
        let id = try await first.made([UInt8](repeating: 1, count: 1234))
        let file = try await first.held(id)
        #expect(try await file.remove().bytes == 1234)
        #expect(await code { () async throws(MediaError) in _ = try await second.acquire(id) } == .notFound)
        #expect(try await second.progress(of: id) == nil)
        #expect(try await second.remove(id)?.bytes == 0)
        #expect(root.names(in: "staging/uploads") == [])
        // The name is free again, and another upload under it has nothing of the first.
        try await first.create(id)
        #expect(try await first.progress(of: id)?.offset.bytes == 0)
    }

    @Test("Taking and removing at once: whoever gets it finds it whole, the others find nothing")
    func takeAgainstRemove() async throws {
        let root = try TemporaryRoot()
        let (first, second) = (try makeUploads(root), try makeUploads(root))
        for _ in 0..<40 {
            let id = try await first.made([1, 2])
            async let removed = first.remove(id)
            let found = await code { () async throws(MediaError) in
                guard let file = try await second.acquire(id) else { return }
                #expect(file.offset.bytes == 2)
                await file.release()
            }
            #expect(found == nil || found == .notFound)
            let freed = try await removed
            #expect(freed == nil || freed?.bytes == 2)
        }
    }

    @Test("A4.28: what came counts and can be committed, discarded or removed by a task that was cancelled")
    func cancelledTasks() async throws {
        let root = try TemporaryRoot()
        let uploads = try makeUploads(root)
        let id = try await uploads.made([1])
        let file = try await uploads.held(id)
        let append = try await file.append(verified: false)
        try append.take([2, 3])
        #expect(try await Self.cancelled { try await append.commit() }.bytes == 3)
        let second = try await file.append(verified: true)
        try second.take([4])
        try await Self.cancelled { try await second.discard() }
        #expect(try UploadRemains(root: root, id: id).bytes() == [1, 2, 3])
        #expect(try await Self.cancelled { try await file.remove() }.bytes == 3)
        #expect(try await uploads.progress(of: id) == nil)
    }

    /// Runs `body` in a task that is already cancelled.
    private static func cancelled<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await body()
        }
        task.cancel()
        return try await task.value
    }
}
