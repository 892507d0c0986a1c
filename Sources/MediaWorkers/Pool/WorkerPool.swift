import Dispatch
package import Logging
import MediaCore
import Synchronization

/// A few worker processes, kept alive, and the jobs that wait for them: the daemon's side of inspection and rendering.
///
/// Untrusted bytes are decoded nowhere else. A worker that crashes, hangs or exceeds its limits costs the job it had, which
/// ends with `processing_failed`, and is replaced. Jobs are served in the order they came.
///
/// A requester that is cancelled takes its job out of the line; a job that a worker already has runs to its end.
package final class WorkerPool: Sendable {
    let executable: String
    let arguments: [String]
    let count: Int
    let limits: WorkerLimits
    let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var queue: WorkerQueue<WorkerJob>
        var idle: [UInt64: CheckedContinuation<WorkerJob?, Never>] = [:]
        var lastJob: UInt64 = 0
        var lastWorker: UInt64 = 0
        var liveWorkers = 0
        var hasReported = false
    }

    /// - Parameters:
    ///   - executable: the program that calls ``WorkerProcess/run(inspect:render:prepare:sandbox:)``; the daemon gives
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
                for _ in 0..<self.count { group.addTask { await WorkerKeeper(pool: self).run() } }
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
        package var idleWorkers: Int
        package var waitingJobs: Int
    }

    package var status: Status {
        self.state.withLock {
            Status(
                liveWorkers: $0.liveWorkers,
                idleWorkers: $0.queue.idleCount,
                waitingJobs: $0.queue.waitingCount
            )
        }
    }
}

// MARK: Jobs

extension WorkerPool {
    /// Puts a job in the line and waits for its outcome.
    func perform(_ job: WorkerMessage.Job, source: OpenFile, output: OpenFile?) async throws(MediaError)
        -> WorkerMessage.Outcome
    {
        let id = self.state.withLock { state in
            state.lastJob += 1
            return state.lastJob
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.submit(
                    WorkerJob(id: id, job: job, source: source, output: output, continuation: continuation),
                    isNew: true
                )
                // The handler below may have run before the job was in the line.
                if Task.isCancelled { self.withdraw(id) }
            }
        } onCancel: {
            self.withdraw(id)
        }
        return try result.get()
    }

    /// A job whose worker ended before it received it goes back to the head of the line, once.
    func giveBack(_ job: WorkerJob) {
        guard !job.wasGivenBack else { return job.fail(Self.lost) }
        var job = job
        job.wasGivenBack = true
        self.submit(job, isNew: false)
    }

    private func submit(_ job: WorkerJob, isNew: Bool) {
        let (submission, continuation) = self.state.withLock { state in
            let submission =
                isNew ? state.queue.submit(job, now: .now) : state.queue.giveBack(job, now: .now)
            guard case .handOver(let worker) = submission else {
                return (submission, CheckedContinuation<WorkerJob?, Never>?.none)
            }
            return (submission, state.idle.removeValue(forKey: worker))
        }
        switch submission {
        case .handOver: if let continuation { continuation.resume(returning: job) } else { job.fail(Self.lost) }
        case .wait(let instant): self.armTimer(instant)
        case .full: job.fail(Self.busy("Too many files are being processed"))
        case .closed: job.fail(Self.closing)
        }
    }

    private func withdraw(_ id: UInt64) {
        let job = self.state.withLock { $0.queue.withdraw(id) }
        job?.fail(MediaError(.processingFailed, "The request was given up.", cause: CancellationError()))
    }

    private func armTimer(_ instant: ContinuousClock.Instant?) {
        guard let instant else { return }
        let milliseconds = Int((instant - .now).pollMilliseconds)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            let (expired, next) = self.state.withLock { $0.queue.timerFired(now: .now) }
            for job in expired { job.fail(Self.busy("This file waited too long for its turn")) }
            self.armTimer(next)
        }
    }

    private static func busy(_ what: String) -> MediaError {
        MediaError(.busy, "\(what); try again in a moment.")
    }
    private static let closing = MediaError(.busy, "The server is stopping; try again in a moment.")
    private static let lost = MediaError(.processingFailed, "The file could not be handed to a worker; try again.")
}

// MARK: Workers

extension WorkerPool {
    /// The next job for a worker that has nothing to do; nil when it must end.
    func nextJob(for worker: UInt64) async -> WorkerJob? {
        await withCheckedContinuation { continuation in
            let take = self.state.withLock { state in
                let take = state.queue.take(worker)
                if case .idle = take { state.idle[worker] = continuation }
                return take
            }
            switch take {
            case .job(let job): continuation.resume(returning: job)
            case .end: continuation.resume(returning: nil)
            case .idle: break
            }
        }
    }

    func newWorker() -> UInt64 {
        self.state.withLock { state in
            state.lastWorker += 1
            return state.lastWorker
        }
    }

    /// A worker said hello. True for the first one: its report goes to the log.
    func workerStarted() -> Bool {
        self.state.withLock { state in
            state.liveWorkers += 1
            defer { state.hasReported = true }
            return !state.hasReported
        }
    }

    /// The process ended, or is about to: it gets no more jobs.
    func workerEnded(_ worker: UInt64) {
        let continuation = self.state.withLock { state -> CheckedContinuation<WorkerJob?, Never>? in
            guard state.queue.workerEnded(worker) else { return nil }
            return state.idle.removeValue(forKey: worker)
        }
        continuation?.resume(returning: nil)
    }

    /// The worker is over and done with.
    func forget(_ worker: UInt64, hadStarted: Bool) {
        self.state.withLock { state in
            state.queue.forget(worker)
            if hadStarted { state.liveWorkers -= 1 }
        }
    }

    private func close() {
        let (jobs, idle) = self.state.withLock { state in
            let (jobs, workers) = state.queue.close()
            return (jobs, workers.compactMap { state.idle.removeValue(forKey: $0) })
        }
        for job in jobs { job.fail(Self.closing) }
        for continuation in idle { continuation.resume(returning: nil) }
    }
}
