import Dispatch
import Glibc
import PostgresCluster
import Synchronization

extension ChildProcess {
    /// What to run and how.
    package struct Launch: Sendable {
        /// A path, or a name to be looked for in PATH.
        package var executable: String
        /// Arguments without the program's own name.
        package var arguments: [String]
        /// The whole environment: nothing of the test process's own is handed on.
        package var environment: [String: String]
        /// The working directory.
        package var directory: String
        /// What the program reads from standard input.
        package var input: [UInt8]

        /// A launch with a small environment (PATH, HOME, a UTF-8 locale) on top of which come the given variables.
        package init(
            _ executable: String,
            _ arguments: [String] = [],
            environment: [String: String] = [:],
            directory: String = "/",
            input: [UInt8] = []
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = Self.plain.merging(environment) { $1 }
            self.directory = directory
            self.input = input
        }

        private static let plain = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent",
            "LC_ALL": "C.UTF-8", "TZ": "UTC",
        ]
    }

    /// Starts a program.
    /// - Throws: ``ProcessFailure`` when it cannot be started.
    package static func start(_ launch: Launch) async throws -> ChildProcess {
        let output = try CapturedOutput()
        let errors = try CapturedOutput()
        let input = try CapturedOutput()
        try input.write(launch.input)
        let latch = Latch<Ending>()
        let isReaped = SharedFlag()
        let processID: Int32 = try await withCheckedThrowingContinuation { continuation in
            // One thread starts the process, waits for its end and lives as long: the kernel kills the process when the
            // thread that started it goes (PR_SET_PDEATHSIG, which setpriv(1) sets), so nothing outlives a killed test run.
            DispatchQueue(label: "mediad.test.child").async {
                let spawned = Result { try spawn(launch, input.descriptor, output.descriptor, errors.descriptor) }
                continuation.resume(with: spawned)
                guard case .success(let processID) = spawned else { return }
                latch.set(reap(processID, isReaped))
            }
        }
        return ChildProcess(
            processID: processID,
            output: output,
            errors: errors,
            latch: latch,
            isReaped: isReaped
        )
    }

    private static func spawn(_ launch: Launch, _ input: Int32, _ output: Int32, _ errors: Int32) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // The test process has sockets and pipes of its own; a daemon that held them would keep others waiting.
        // Closing what is not open is no error here (posix_spawn_file_actions_addclose(3) of glibc).
        for descriptor: Int32 in 3..<128 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        // NIO ignores SIGPIPE in the test process; an ignored signal stays ignored across exec(3).
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // A process group of its own: Ctrl-C at the terminal is for the test process alone.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP)
        )
        let words =
            ["setpriv", "--pdeathsig", "KILL", "--", "env", "-C", launch.directory, launch.executable]
            + launch.arguments
        let arguments = words.map { strdup($0) } + [nil]
        let environment = launch.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in arguments + environment { free(string) } }
        var processID: Int32 = 0
        let code = posix_spawn(&processID, "/usr/bin/setpriv", &actions, &attributes, arguments, environment)
        guard code == 0 else {
            throw ProcessFailure(message: "\(launch.executable) cannot be started: \(String(cString: strerror(code)))")
        }
        return processID
    }

    private static func reap(_ processID: Int32, _ isReaped: SharedFlag) -> Ending {
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return isReaped.value.withLock { isReaped in
            isReaped = true
            var status: Int32 = 0
            while waitpid(processID, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
        }
    }
}
