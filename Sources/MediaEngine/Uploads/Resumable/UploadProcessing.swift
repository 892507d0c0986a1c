import MediaCore
import Synchronization

/// The uploads of this process that are becoming files, and who waits for that.
final class UploadProcessing: Sendable {
    private struct State {
        var tasks: [UploadID: Task<Void, Never>] = [:]
        /// To be tried again: something that passes stood in the way.
        var waiting: Set<UploadID> = []
    }

    private let state = Mutex(State())

    /// Runs `body` for an upload, unless that is under way.
    /// - Returns: false when it is.
    func start(_ id: UploadID, _ body: @escaping @Sendable () async -> Void) -> Bool {
        self.state.withLock { state in
            guard state.tasks[id] == nil else { return false }
            state.waiting.remove(id)
            state.tasks[id] = Task {
                await body()
                self.state.withLock { $0.tasks[id] = nil }
            }
            return true
        }
    }

    func isRunning(_ id: UploadID) -> Bool { self.state.withLock { $0.tasks[id] != nil } }

    /// Returns when the upload's processing has ended, at once when there is none.
    /// - Parameter limit: how long to wait at most; nil waits for the end.
    func wait(for id: UploadID, atMost limit: Duration?) async {
        guard let task = self.state.withLock({ $0.tasks[id] }) else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await Self.end(of: task) }
            if let limit { group.addTask { try? await Task.sleep(for: limit) } }
            await group.next()
            group.cancelAll()
        }
    }

    /// A task's end, or the end of the waiting for it.
    private static func end(of task: Task<Void, Never>) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let watcher = Task {
            await task.value
            continuation.finish()
        }
        for await _ in stream {}
        watcher.cancel()
    }

    func retryLater(_ id: UploadID) { self.state.withLock { _ = $0.waiting.insert(id) } }

    /// Takes those that are to be tried again.
    func takeWaiting() -> Set<UploadID> {
        self.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Tells all to stop where they can be taken up again, and waits for that.
    func stop() async {
        let tasks = self.state.withLock { Array($0.tasks.values) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
