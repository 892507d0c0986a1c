import Glibc
package import Logging
import Subprocess
import SystemPackage

/// One running PostgreSQL server that this process started and is the parent of.
package final class Postmaster: Sendable {
    /// How the server may be asked to stop ("Shutting Down the Server" in the PostgreSQL manual).
    package enum Shutdown: Sendable {
        /// SIGTERM: no new sessions, waits for the old ones.
        case smart
        /// SIGINT: ends the sessions, writes a checkpoint.
        case fast
        /// SIGQUIT: stops at once; the next start recovers from the log.
        case immediate

        var signal: Int32 {
            switch self {
            case .smart: SIGTERM
            case .fast: SIGINT
            case .immediate: SIGQUIT
            }
        }
    }

    /// What to start.
    package struct Launch: Sendable {
        /// The installation to run.
        package var binaries: PostgresBinaries
        /// The account of the server processes.
        package var account: ServerAccount
        /// Absolute path of an initialized data directory.
        package var dataDirectory: String
        /// Settings given on the command line, so that they follow the version of this program.
        package var settings: [String: String]

        /// Describes a server to start.
        package init(
            binaries: PostgresBinaries,
            account: ServerAccount,
            dataDirectory: String,
            settings: [String: String]
        ) {
            self.binaries = binaries
            self.account = account
            self.dataDirectory = dataDirectory
            self.settings = settings
        }
    }

    /// The server's process id.
    package let processID: Int32
    /// What the server wrote to standard error.
    package let log: PostmasterLog
    private let launch: Launch
    private let exit: Latch<String>

    private init(processID: Int32, launch: Launch, log: PostmasterLog, exit: Latch<String>) {
        self.processID = processID
        self.launch = launch
        self.log = log
        self.exit = exit
    }

    /// How the server ended ("exited with 1"), nil while it runs.
    package var ending: String? {
        exit.value
    }

    /// Starts a server; it is not ready yet when this returns.
    ///
    /// - Throws: ``PostgresClusterError`` with code `startFailed` when the program could not be started at all.
    package static func start(_ launch: Launch, logger: Logger) async throws -> Postmaster {
        var arguments = ["-D", launch.dataDirectory]
        for (name, value) in launch.settings.sorted(by: { $0.key < $1.key }) {
            arguments += ["-c", "\(name)=\(value)"]
        }
        let command = try launch.account.command(launch.binaries.path(of: "postgres"), arguments)

        var ends: [Int32] = [-1, -1]
        // Not inherited by accident in between: children of this process are only made by Subprocess, which passes on
        // nothing but the standard streams.
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw FileOperations.failure("make a pipe for", "the server's log")
        }
        let log = PostmasterLog(logger: logger)
        log.follow(descriptor: ends[0])
        let writeEnd = FileDescriptor(rawValue: ends[1])

        let exit = Latch<String>()
        let started = Latch<Result<Int32, PostgresClusterError>>()
        // Unstructured on purpose: the server outlives the call that starts it and ends by `stop`, never by cancellation.
        Task {
            do {
                let result = try await Subprocess.run(
                    command.executable,
                    arguments: command.arguments,
                    environment: ServerEnvironment.clean,
                    workingDirectory: "/",
                    platformOptions: command.options,
                    input: .none,
                    output: .fileDescriptor(writeEnd, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(writeEnd, closeAfterSpawningProcess: false)
                ) { execution in
                    // Our copy must go, or the log would never end.
                    try? writeEnd.close()
                    started.set(.success(execution.processIdentifier.value))
                }
                exit.set("\(result.terminationStatus)")
            } catch {
                if started.value == nil { try? writeEnd.close() }
                let failure = PostgresClusterError(.startFailed, "could not start PostgreSQL: \(error)")
                started.set(.failure(failure))
                exit.set(failure.message)
            }
        }
        // Not cancellable: a server nobody knows of must not come up.
        let processID = try await Task { try await started.wait() }.value.get()
        return Postmaster(processID: processID, launch: launch, log: log, exit: exit)
    }

    /// Waits until the server accepts connections.
    ///
    /// - Parameter silence: The longest time without readiness and without a new log line. Crash recovery reports its
    ///   progress in the log, so a long recovery is waited for and a hanging start is not.
    /// - Throws: ``PostgresClusterError`` with code `startFailed`, carrying the last log lines, or `timeout`.
    package func waitUntilReady(silence: Duration) async throws {
        var lines = log.lineCount
        var deadline = ContinuousClock.now + silence
        while !PostmasterFile.isReady(dataDirectory: launch.dataDirectory, processID: processID) {
            if let ending = await exit.wait(atMost: .milliseconds(20)) {
                await log.waitForEnd(atMost: .seconds(2))
                throw PostgresClusterError(
                    .startFailed,
                    "PostgreSQL stopped while it was starting (\(ending)); its last words:\n\(log.tail)"
                )
            }
            try Task.checkCancellation()
            if log.lineCount != lines {
                lines = log.lineCount
                deadline = ContinuousClock.now + silence
            }
            if ContinuousClock.now > deadline {
                throw PostgresClusterError(
                    .timeout,
                    "PostgreSQL was not ready after \(silence) without progress; its last words:\n\(log.tail)"
                )
            }
        }
    }

    /// Waits for the server to end, and says how it did.
    ///
    /// - Throws: `CancellationError`.
    package func waitForExit() async throws -> String {
        try await exit.wait()
    }

    /// Waits for the server to end for a bounded time; nil when it still runs.
    package func waitForExit(atMost duration: Duration) async -> String? {
        await exit.wait(atMost: duration)
    }

    /// Sends a signal unless the server is known to have ended.
    ///
    /// The process id cannot belong to another process here: this process is the parent, and the exit is recorded
    /// right after the child has been reaped.
    package func send(signal: Int32) {
        guard exit.value == nil else { return }
        kill(processID, signal)
    }

    /// Stops the server: as asked for `patience`, then fast, then immediately, then by SIGKILL.
    ///
    /// Runs to the end also when the calling task is cancelled.
    package func stop(_ shutdown: Shutdown, patience: Duration) async {
        let steps: [(Int32, Duration)] =
            (shutdown == .smart ? [(SIGTERM, patience), (SIGINT, patience)] : [(shutdown.signal, patience)])
            + [(SIGQUIT, .seconds(5)), (SIGKILL, .seconds(5))]
        await Task {
            for (signal, duration) in steps {
                send(signal: signal)
                if await exit.wait(atMost: duration) != nil { break }
            }
            await log.waitForEnd(atMost: .seconds(2))
        }.value
    }
}
