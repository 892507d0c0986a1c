import Glibc
import MediaCore

/// How a worker's life ended while it served, and what that means for the job it had.
enum WorkerEnd: Sendable {
    /// As planned: after its number of jobs, or because the pool closes.
    case retired
    /// It went away while it was idle.
    case vanished
    /// It never said hello.
    case startFailed(WorkerCause)
    /// It ended in the middle of a job.
    case died(WorkerJob)
    /// It did not answer in time.
    case timedOut(WorkerJob)
    /// It answered what no sound worker answers.
    case broken(WorkerJob, String)

    /// The job that is lost with the worker.
    var job: WorkerJob? {
        switch self {
        case .retired, .vanished, .startFailed: nil
        case .died(let job), .timedOut(let job), .broken(let job, _): job
        }
    }

    /// Whether the process must be killed at once, rather than given a moment to end by itself.
    var mustKill: Bool {
        switch self {
        case .timedOut, .broken, .startFailed: true
        case .retired, .vanished, .died: false
        }
    }

    /// For the log: what happened, with the process's own end.
    func reason(_ status: String) -> String {
        switch self {
        case .retired: "it served its number of jobs"
        case .vanished: "it ended between two jobs: \(status)"
        case .startFailed(let cause): "it did not start: \(cause)"
        case .died: "it ended in the middle of a job: \(status)"
        case .timedOut: "it did not answer in time and was killed"
        case .broken(_, let what): "it sent \(what) and was killed"
        }
    }

    /// The lost job's error.
    func error(_ status: String, limits: WorkerLimits, output: [String]) -> MediaError {
        let message: String
        switch self {
        case .timedOut:
            message = """
                Processing this file took longer than \(limits.wallTimePerJob.wholeSecondsRoundedUp) seconds and was stopped. \
                Send a smaller or simpler file.
                """
        default:
            message = """
                The program that reads this file stopped on it; the file may be damaged, or need too much memory. \
                Save it again with another program, or send a smaller one.
                """
        }
        let lines = output.prefix(5).joined(separator: " | ")
        let printed = lines.isEmpty ? "" : "; it printed: \(lines)"
        return MediaError(.processingFailed, message, cause: WorkerCause("worker: \(self.reason(status))\(printed)"))
    }
}
