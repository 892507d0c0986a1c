/// Who waits for whom: jobs in the order they came, and idle workers. A pure state machine; ``WorkerPool`` does its bidding.
///
/// Every job that is given in comes out exactly once: handed to a worker, refused, expired, withdrawn, or at the close.
/// `maximumWait` is the same for all, so the job at the head is always the next to expire and one timer is enough.
///
/// Patient jobs, for which nobody waits, have a line of their own: it moves when the other one is empty, and nobody in it expires.
struct WorkerQueue<Job: Identifiable> {
    typealias WorkerID = UInt64
    typealias Instant = ContinuousClock.Instant

    private struct Waiting {
        var job: Job
        var deadline: Instant
    }

    private let capacity: Int
    private let maximumWait: Duration
    private var waiting: [Waiting] = []
    private var patient: [Job] = []
    /// The worker that was busy last is taken first: its memory is warm, and surplus workers stay swapped out.
    private var idle: [WorkerID] = []
    /// Workers that ended: a job must not be handed to one that has not noticed yet.
    private var gone: Set<WorkerID> = []
    private var isTimerArmed = false
    private(set) var isClosed = false

    init(capacity: Int, maximumWait: Duration) {
        self.capacity = capacity
        self.maximumWait = maximumWait
    }

    var waitingCount: Int { self.waiting.count }
    var patientCount: Int { self.patient.count }
    var idleCount: Int { self.idle.count }

    /// What became of a job that was given in.
    enum Submission: Equatable {
        case handOver(to: WorkerID)
        /// It waits. `armTimer`: call `timerFired` then; nil when a timer is already set.
        case wait(armTimer: Instant?)
        /// As many jobs wait as may.
        case full
        case closed
    }

    /// A new job, at the end of the line.
    mutating func submit(_ job: Job, now: Instant) -> Submission {
        self.enter(job, now: now, atHead: false)
    }

    /// A new job for which nobody waits.
    mutating func submitPatiently(_ job: Job) -> Submission {
        if self.isClosed { return .closed }
        if let worker = self.idle.popLast() { return .handOver(to: worker) }
        guard self.patient.count < self.capacity else { return .full }
        self.patient.append(job)
        return .wait(armTimer: nil)
    }

    /// Somebody waits now for a patient job: it goes to the end of the line, past the capacity.
    /// - Returns: when to look again, as in ``Submission/wait(armTimer:)``; nil also when it waits no more.
    mutating func promote(_ id: Job.ID, now: Instant) -> Instant? {
        guard let index = self.patient.firstIndex(where: { $0.id == id }) else { return nil }
        self.waiting.append(Waiting(job: self.patient.remove(at: index), deadline: now + self.maximumWait))
        return self.armTimer()
    }

    /// A job whose worker ended before it received it: back to the head of the line, past the capacity.
    mutating func giveBack(_ job: Job, now: Instant) -> Submission {
        self.enter(job, now: now, atHead: true)
    }

    private mutating func enter(_ job: Job, now: Instant, atHead: Bool) -> Submission {
        if self.isClosed { return .closed }
        if let worker = self.idle.popLast() { return .handOver(to: worker) }
        guard atHead || self.waiting.count < self.capacity else { return .full }
        let entry = Waiting(job: job, deadline: now + self.maximumWait)
        if atHead { self.waiting.insert(entry, at: 0) } else { self.waiting.append(entry) }
        return .wait(armTimer: self.armTimer())
    }

    /// What a worker that has nothing to do gets.
    enum Take {
        case job(Job)
        /// It waits among the idle ones.
        case idle
        /// It must end: the queue is closed, or the worker is known to be gone.
        case end
    }

    mutating func take(_ worker: WorkerID) -> Take {
        guard !self.isClosed, !self.gone.contains(worker) else { return .end }
        if !self.waiting.isEmpty { return .job(self.waiting.removeFirst().job) }
        if !self.patient.isEmpty { return .job(self.patient.removeFirst()) }
        self.idle.append(worker)
        return .idle
    }

    /// The worker's process ended. True when it was among the idle ones.
    mutating func workerEnded(_ worker: WorkerID) -> Bool {
        self.gone.insert(worker)
        guard let index = self.idle.firstIndex(of: worker) else { return false }
        self.idle.remove(at: index)
        return true
    }

    /// Nobody will ask for this worker any more.
    mutating func forget(_ worker: WorkerID) {
        self.gone.remove(worker)
        self.idle.removeAll { $0 == worker }
    }

    /// Takes a waiting job out; nil when it does not wait (any more).
    mutating func withdraw(_ id: Job.ID) -> Job? {
        if let index = self.waiting.firstIndex(where: { $0.job.id == id }) {
            return self.waiting.remove(at: index).job
        }
        return self.patient.firstIndex { $0.id == id }.map { self.patient.remove(at: $0) }
    }

    /// The jobs that waited too long, and when to look again.
    mutating func timerFired(now: Instant) -> (expired: [Job], armTimer: Instant?) {
        self.isTimerArmed = false
        let expired = self.waiting.filter { $0.deadline <= now }.map(\.job)
        self.waiting.removeAll { $0.deadline <= now }
        return (expired, self.armTimer())
    }

    /// No more jobs: those that wait, and the idle workers, all of which must end.
    mutating func close() -> (jobs: [Job], idle: [WorkerID]) {
        self.isClosed = true
        defer {
            self.waiting = []
            self.patient = []
            self.idle = []
        }
        return (self.waiting.map(\.job) + self.patient, self.idle)
    }

    private mutating func armTimer() -> Instant? {
        guard !self.isTimerArmed, let next = self.waiting.map(\.deadline).min() else { return nil }
        self.isTimerArmed = true
        return next
    }
}
