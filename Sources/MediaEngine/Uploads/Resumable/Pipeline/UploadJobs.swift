import MediaCore
import Synchronization

/// The uploads of this process that are becoming files, who waits for them, and which are to be tried again.
final class UploadJobs: Sendable {
    typealias Outcome = UploadPipeline.Outcome

    private struct State {
        var tasks: [UploadID: Task<Outcome?, Never>] = [:]
        /// To be tried again: something that passes stood in the way.
        var waiting: Set<UploadID> = []
    }

    private let state = Mutex(State())

    /// Runs `body` for an upload, unless a job of that upload is under way.
    /// - Returns: the job of the upload, and whether it is the new one.
    func start(
        _ id: UploadID,
        _ body: @escaping @Sendable () async -> Outcome?
    ) -> (task: Task<Outcome?, Never>, isNew: Bool) {
        self.state.withLock { state in
            if let task = state.tasks[id] { return (task, false) }
            state.waiting.remove(id)
            let task = Task {
                let outcome = await body()
                self.state.withLock { $0.tasks[id] = nil }
                return outcome
            }
            state.tasks[id] = task
            return (task, true)
        }
    }

    func isRunning(_ id: UploadID) -> Bool { self.state.withLock { $0.tasks[id] != nil } }

    /// The job of an upload that is under way.
    func task(of id: UploadID) -> Task<Outcome?, Never>? { self.state.withLock { $0.tasks[id] } }

    /// Waits for the end of a job.
    /// - Parameter limit: how long to wait at most; nil waits for the end.
    /// - Returns: nil after the time, when the caller is cancelled, and when the job did not come to a result.
    static func outcome(of task: Task<Outcome?, Never>, atMost limit: Duration?) async -> Outcome? {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await Self.value(of: task) }
            if let limit {
                group.addTask {
                    try? await Task.sleep(for: limit)
                    return nil
                }
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }

    /// A job's result, or nil when the waiting for it is cancelled.
    private static func value(of task: Task<Outcome?, Never>) async -> Outcome? {
        let (stream, continuation) = AsyncStream.makeStream(of: Outcome?.self)
        let watcher = Task {
            continuation.yield(await task.value)
            continuation.finish()
        }
        defer { watcher.cancel() }
        for await outcome in stream { return outcome }
        return nil
    }

    /// The upload is to be tried again.
    func retryLater(_ id: UploadID) { self.state.withLock { _ = $0.waiting.insert(id) } }

    /// Removes and returns those that are to be tried again.
    func takeWaiting() -> Set<UploadID> {
        self.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Tells all to stop where they can be resumed, and waits for that.
    func stop() async {
        let tasks = self.state.withLock { Array($0.tasks.values) }
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.value }
    }
}
