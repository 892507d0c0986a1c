import Logging
import MediaCore
import Subprocess
import Synchronization
import SystemPackage

/// The life of one worker process, from spawn to reap.
final class WorkerSession: Sendable {
    let pool: WorkerPool
    let worker: UInt64
    let logger: Logger
    let state = Mutex(State())

    struct State {
        var output = WorkerOutput()
        var end = WorkerEnd.vanished
        var hasStarted = false
        var jobCount = 0
    }

    /// How long a worker may take to end by itself, before it is killed.
    private static let graceTime: Duration = .seconds(1)

    init(pool: WorkerPool) {
        self.pool = pool
        self.worker = pool.newWorker()
        var logger = pool.logger
        logger[metadataKey: "worker"] = .stringConvertible(self.worker)
        self.logger = logger
    }

    /// Runs the worker to its end, and finishes the job that was lost with it, if any.
    ///
    /// False when it ended soon and without having had a job: then the fault is not a file's.
    func run() async -> Bool {
        let start = ContinuousClock.now
        var status = "unknown"
        do {
            status = try await self.runProcess()
        } catch {
            status = "\(error)"
            self.logger.error("could not run a worker", metadata: ["error": "\(error)"])
        }
        let (end, hasStarted, jobCount, output) = self.state.withLock {
            ($0.end, $0.hasStarted, $0.jobCount, $0.output.lines)
        }
        self.pool.forget(self.worker, hadStarted: hasStarted)
        end.job?.fail(end.error(status, limits: self.pool.limits, output: output))
        self.report(end, status: status, output: output)
        return jobCount > 0 || ContinuousClock.now - start > WorkerSupervisor.pauses.upperBound
    }

    private func runProcess() async throws -> String {
        let (socket, childEnd) = try MessageSocket.pair().get()
        let connection = WorkerConnection(socket: socket, worker: self.worker)
        var options = PlatformOptions()
        // Its own session: Ctrl-C at the daemon's terminal must not end the workers before the daemon has drained.
        options.createSession = true
        let result = try await Subprocess.run(
            .path(FilePath(self.pool.executable)),
            arguments: Arguments(self.pool.arguments),
            environment: .custom(Self.environment),
            workingDirectory: "/",
            platformOptions: options,
            input: .fileDescriptor(FileDescriptor(rawValue: childEnd), closeAfterSpawningProcess: true),
            output: .discarded,
            error: .sequence
        ) { execution in
            await withTaskGroup(of: Void.self) { group in
                // The stream ends when the process does, which is how the death of an idle worker is noticed.
                group.addTask { await self.readOutput(execution.standardError) }
                let end = await self.serve(over: connection)
                self.state.withLock { $0.end = end }
                self.pool.workerEnded(self.worker)
                connection.shutdown()
                if !end.mustKill {
                    group.addTask { try? await Task.sleep(for: Self.graceTime) }
                    await group.next()
                }
                // Not an error when it is gone already; the process is not reaped before this closure returns, so the signal
                // cannot reach another one.
                try? execution.send(signal: .kill)
                group.cancelAll()
            }
        }
        switch result.terminationStatus {
        case .exited(let code): return "exit code \(code)"
        case .signaled(let signal): return "signal \(signal) (\(signalName(signal)))"
        }
    }

    /// Nothing of the daemon's own environment, which may hold passwords.
    private static let environment: [Environment.Key: String] = [
        "PATH": "/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8", "TZ": "UTC",
        // One decoder thread per worker: several workers use the cores better than several threads.
        "VIPS_CONCURRENCY": "1",
        // libvips has liborc compile code on the first use of some operations even where it is told not to run any; without memory
        // for code, which the sandbox denies, liborc ends the process.
        "ORC_CODE": "emulate",
        // Fewer arenas keep the address space and the resident memory small.
        "MALLOC_ARENA_MAX": "2",
        // Swift's crash handler would start a program, which the sandbox denies, and then go on after the signal.
        "SWIFT_BACKTRACE": "enable=no",
    ]
}

// MARK: Serving

extension WorkerSession {
    private func serve(over connection: WorkerConnection) async -> WorkerEnd {
        switch await connection.start(self.pool.limits) {
        case .failure(let cause): return .startFailed(cause)
        case .success(let report):
            self.state.withLock { $0.hasStarted = true }
            if self.pool.workerStarted(unwritable: report.unwritableFormats) { self.report(report) }
        }
        for _ in 0..<max(1, self.pool.limits.jobsPerWorker) {
            guard let job = await self.pool.nextJob(for: self.worker) else { return .vanished }
            let dropped = self.state.withLock { state in
                state.jobCount += 1
                return state.output.beginJob()
            }
            if dropped > 0 {
                self.logger.debug("worker output dropped", metadata: ["lines": .stringConvertible(dropped)])
            }
            if let end = await self.serve(job, over: connection) { return end }
        }
        return .retired
    }

    /// Nil when the worker is fit for the next job.
    private func serve(_ job: WorkerJob, over connection: WorkerConnection) async -> WorkerEnd? {
        let request = WorkerMessage.Request(number: job.id, job: job.job)
        let timeout = self.pool.limits.wallTimePerJob
        var part = 0
        while true {
            let isFirst = part == 0
            let exchange =
                isFirst
                ? await connection.exchange(job, timeout: timeout) : await connection.nextAnswer(timeout: timeout)
            switch exchange {
            case .answer(let answer):
                do throws(WorkerMessage.Answer.Implausible) {
                    let outcome = try answer.checked(against: request, part: part)
                    job.deliver(outcome)
                    part += 1
                    guard part == request.job.answerCount else { continue }
                    job.finish(.success(outcome))
                    return answer.retiring ? .retired : nil
                } catch {
                    return .broken(job, error.description)
                }
            case .unusable(let error):
                job.fail(error)
                return nil
            case .notSent where isFirst:
                self.pool.workerEnded(self.worker)
                self.pool.giveBack(job)
                return .vanished
            case .ended, .notSent: return .died(job)
            case .timedOut: return .timedOut(job)
            case .broken(let what): return .broken(job, what)
            }
        }
    }
}
