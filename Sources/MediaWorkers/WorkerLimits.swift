package import MediaCore

/// What a worker process may use, and how many jobs may wait for one.
package struct WorkerLimits: Hashable, Sendable, Codable {
    /// Virtual memory of one worker, libraries included (`RLIMIT_AS`).
    ///
    /// A 12 megapixel HEIC from a telephone works with 512 MiB and hangs in libheif with 400 (then the wall time ends it), so
    /// leave room: below 1 GiB is asking for trouble. With the default, an AVIF of 256 megapixels fails for want of memory.
    package var addressSpace: ByteCount
    /// Processor time of one job, all threads together (`RLIMIT_CPU`, whose unit is the second: rounded up). Of a job of several renditions,
    /// each has it.
    package var cpuTimePerJob: Duration
    /// Time from handing a job to a worker until its answer, and from one rendition of several to the next; a worker that is later is killed.
    package var wallTimePerJob: Duration
    /// The most renditions of one file that are made in one job; see ``maximumRenditions``.
    package var renditionsPerJob: Int
    /// After so many jobs a worker is replaced by a fresh one, so that leaks of the libraries do not add up.
    package var jobsPerWorker: Int
    /// Jobs that may wait for a worker; one more is refused with `busy`.
    package var maximumWaitingJobs: Int
    /// How long a job waits for a worker before it is refused with `busy`.
    package var maximumWait: Duration
    /// The largest file a worker may write (`RLIMIT_FSIZE`): a rendition.
    package var outputSize: ByteCount
    /// The user and group that workers become when the daemon runs as root; by default `nobody` and `nogroup`.
    package var unprivilegedUserID: UInt32

    package init(
        addressSpace: ByteCount = .gibibytes(2),
        cpuTimePerJob: Duration = .seconds(30),
        wallTimePerJob: Duration = .seconds(30),
        renditionsPerJob: Int = 24,
        jobsPerWorker: Int = 1000,
        maximumWaitingJobs: Int = 256,
        maximumWait: Duration = .seconds(30),
        outputSize: ByteCount = .mebibytes(64),
        unprivilegedUserID: UInt32 = 65534
    ) {
        self.addressSpace = addressSpace
        self.cpuTimePerJob = cpuTimePerJob
        self.wallTimePerJob = wallTimePerJob
        self.renditionsPerJob = min(Self.maximumRenditions, max(1, renditionsPerJob))
        self.jobsPerWorker = jobsPerWorker
        self.maximumWaitingJobs = maximumWaitingJobs
        self.maximumWait = maximumWait
        self.outputSize = outputSize
        self.unprivilegedUserID = unprivilegedUserID
    }

    /// Processor seconds after which a worker is at its end, whatever it does: room for its jobs, yet an end for a worker
    /// that was taken over and burns time between jobs.
    var cpuSecondsPerWorker: Int64 { max(3600, 10 * self.cpuSecondsPerJob, 2 * self.cpuSecondsPerLongestJob) }

    /// What a job of as many renditions as there may be in one can use.
    var cpuSecondsPerLongestJob: Int64 { self.cpuSecondsPerJob * Int64(self.renditionsPerJob) }

    /// Each has a descriptor that travels in the request, of which CLinux takes so many, and a worker may hold 64 in all.
    package static let maximumRenditions = 32

    /// `RLIMIT_CPU` counts whole seconds.
    var cpuSecondsPerJob: Int64 { max(1, self.cpuTimePerJob.wholeSecondsRoundedUp) }
}

extension Duration {
    /// 1 for anything above zero and up to one second.
    var wholeSecondsRoundedUp: Int64 {
        let (seconds, attoseconds) = self.components
        return attoseconds > 0 ? seconds + 1 : seconds
    }

    /// Milliseconds as poll(2) takes them: rounded up, never negative.
    var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = self.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow, milliseconds.partialValue < Int64(Int32.max) - 1000 else { return Int32.max }
        return Int32(milliseconds.partialValue + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
