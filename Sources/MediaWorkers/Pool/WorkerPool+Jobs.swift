import Dispatch
import MediaCore
import Synchronization

extension WorkerPool {
    /// Puts a job in the line and waits for its outcome.
    /// - Parameter urgency: decides whether it is the line of those that somebody waits for.
    func perform(
        _ job: WorkerMessage.Job,
        source: OpenFile,
        output: OpenFile?,
        urgency: JobUrgency = JobUrgency(isUrgent: true)
    ) async throws(MediaError) -> WorkerMessage.Outcome {
        try await self.result(of: job, source: source, outputs: output.map { [$0] } ?? [], urgency: urgency).get()
    }

    /// The same for a job with any number of outputs.
    /// - Parameter parts: gets each answer to a batch, and ends with the job.
    /// - Returns: the last answer.
    func result(
        of job: WorkerMessage.Job,
        source: OpenFile,
        outputs: [OpenFile],
        urgency: JobUrgency,
        parts: AsyncStream<WorkerMessage.Outcome>.Continuation? = nil
    ) async -> Result<WorkerMessage.Outcome, MediaError> {
        let id = self.state.withLock { state in
            state.lastJob += 1
            return state.lastJob
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let job = WorkerJob(
                    id: id,
                    job: job,
                    source: source,
                    outputs: outputs,
                    parts: parts,
                    continuation: continuation
                )
                self.submit(job, as: urgency.isUrgent ? .urgent : .patient)
                urgency.onRaise { self.promote(id) }
                // The handler below may have run before the job was in the line.
                if Task.isCancelled { self.withdraw(id) }
            }
        } onCancel: {
            self.withdraw(id)
        }
    }

    /// A job whose worker ended before it received it goes back to the head of the line, once.
    func giveBack(_ job: WorkerJob) {
        guard !job.wasGivenBack else { return job.fail(Self.lost) }
        var job = job
        job.wasGivenBack = true
        self.submit(job, as: .givenBack)
    }

    /// Somebody waits now for a job that nobody waited for.
    private func promote(_ id: UInt64) { self.armTimer(self.state.withLock { $0.queue.promote(id, now: .now) }) }

    private enum Entry {
        case urgent
        case patient
        case givenBack
    }

    private func submit(_ job: WorkerJob, as entry: Entry) {
        let (submission, continuation) = self.state.withLock { state in
            let submission =
                switch entry {
                case .urgent: state.queue.submit(job, now: .now)
                case .patient: state.queue.submitPatiently(job)
                case .givenBack: state.queue.giveBack(job, now: .now)
                }
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

    /// Refuses all further jobs, fails those that wait, and ends the idle workers.
    func close() {
        let (jobs, idle) = self.state.withLock { state in
            let (jobs, workers) = state.queue.close()
            return (jobs, workers.compactMap { state.idle.removeValue(forKey: $0) })
        }
        for job in jobs { job.fail(Self.closing) }
        for continuation in idle { continuation.resume(returning: nil) }
    }
}
