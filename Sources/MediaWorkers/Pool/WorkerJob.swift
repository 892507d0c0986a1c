import MediaCore
import Synchronization

/// One job on its way through the pool: the question, the open files it is about, and who waits for the answer.
struct WorkerJob: Identifiable, Sendable {
    /// Also the number of the request on the wire.
    let id: UInt64
    let job: WorkerMessage.Job
    /// Held until the answer: the descriptors must not be closed, or reused, under a worker.
    let source: OpenFile
    let outputs: [OpenFile]
    /// Whether a worker ended before it received this job; that is forgiven once.
    var wasGivenBack = false
    private let continuation: CheckedContinuation<Result<WorkerMessage.Outcome, MediaError>, Never>
    /// Who waits for each answer to a batch.
    private let parts: AsyncStream<WorkerMessage.Outcome>.Continuation?

    init(
        id: UInt64,
        job: WorkerMessage.Job,
        source: OpenFile,
        outputs: [OpenFile],
        parts: AsyncStream<WorkerMessage.Outcome>.Continuation?,
        continuation: CheckedContinuation<Result<WorkerMessage.Outcome, MediaError>, Never>
    ) {
        self.id = id
        self.job = job
        self.source = source
        self.outputs = outputs
        self.parts = parts
        self.continuation = continuation
    }

    /// Hands over one of several answers, the last one included.
    func deliver(_ outcome: WorkerMessage.Outcome) { self.parts?.yield(outcome) }

    /// Ends the job; whoever takes it out of the queue or off a worker does this exactly once.
    func finish(_ result: Result<WorkerMessage.Outcome, MediaError>) {
        self.parts?.finish()
        self.continuation.resume(returning: result)
    }

    func fail(_ error: MediaError) { self.finish(.failure(error)) }
}
