package import Logging
import MediaCore
import Synchronization

/// A few worker processes, kept alive, and the jobs that wait for them: the daemon's side of inspection and rendering.
///
/// Untrusted bytes are decoded nowhere else. A worker that crashes, hangs or exceeds its limits costs the job it had, which
/// ends with `processing_failed`, and is replaced. Jobs are served in the order they came, those for which nobody waits last.
///
/// A requester that is cancelled takes its job out of the line; a job that a worker already has runs to its end.
package final class WorkerPool: Sendable {
    let executable: String
    let arguments: [String]
    let count: Int
    let limits: WorkerLimits
    let logger: Logger
    let state: Mutex<State>

    struct State {
        var queue: WorkerQueue<WorkerJob>
        var idle: [UInt64: CheckedContinuation<WorkerJob?, Never>] = [:]
        var lastJob: UInt64 = 0
        var lastWorker: UInt64 = 0
        var liveWorkers = 0
        var hasReported = false
        /// All, until a worker knows better.
        var writableFormats = Set(RenditionFormat.allCases)
    }

    /// - Parameters:
    ///   - executable: the program that calls ``WorkerProcess/run(inspect:render:renderBatch:rewrite:prepare:sandbox:)``; the daemon gives
    ///     `/proc/self/exe`, so that an upgrade on disk does not mix versions.
    ///   - arguments: its arguments, e.g. `["worker"]`.
    ///   - count: worker processes; libvips does best with one per core.
    ///   - limits: what a worker may use, and how long jobs may wait.
    package init(executable: String, arguments: [String], count: Int, limits: WorkerLimits, logger: Logger) {
        self.executable = executable
        self.arguments = arguments
        self.count = max(1, count)
        self.limits = limits
        self.logger = logger
        let queue = WorkerQueue<WorkerJob>(capacity: limits.maximumWaitingJobs, maximumWait: limits.maximumWait)
        self.state = Mutex(State(queue: queue))
    }

    /// Starts the workers and keeps them alive until the task is cancelled; then ends them, and fails the jobs that are left.
    ///
    /// Jobs sent before wait for it. Call it once: afterwards every job is refused.
    /// - Throws: ``MediaError`` `invalid_configuration` when the executable cannot be run.
    package func run() async throws {
        try Self.checkExecutable(self.executable)
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<self.count { group.addTask { await WorkerSupervisor(pool: self).run() } }
            }
        } onCancel: {
            self.close()
        }
        self.close()
    }

    /// How the pool stands, for health checks and metrics.
    package struct Status: Sendable, Hashable {
        /// Workers that said hello and have not ended.
        package var liveWorkers: Int
        /// Workers that have no job.
        package var idleWorkers: Int
        /// Jobs that wait for a worker and that somebody waits for.
        package var waitingJobs: Int
        /// Jobs for which nobody waits.
        package var patientJobs: Int
    }

    /// How the pool stands at this moment.
    package var status: Status {
        self.state.withLock {
            Status(
                liveWorkers: $0.liveWorkers,
                idleWorkers: $0.queue.idleCount,
                waitingJobs: $0.queue.waitingCount,
                patientJobs: $0.queue.patientCount
            )
        }
    }
}
