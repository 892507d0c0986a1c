import MediaCore
import Synchronization

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
    func workerStarted(unwritable: [RenditionFormat]) -> Bool {
        self.state.withLock { state in
            state.liveWorkers += 1
            state.writableFormats = Set(RenditionFormat.allCases).subtracting(unwritable)
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
}
