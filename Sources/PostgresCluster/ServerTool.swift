import Subprocess
import SystemPackage

/// Runs one server program (initdb, postgres --single, psql) to its end, as the server's account, within a bounded time.
package enum ServerTool {
    /// What a program left behind.
    package struct Outcome: Sendable {
        /// Whether it exited with status 0.
        package let succeeded: Bool
        /// How it ended, for messages ("exited with 1").
        package let ending: String
        /// Standard output and standard error together, at most 256 KiB.
        package let output: String
    }

    /// Runs a program and collects its output.
    ///
    /// - Parameters:
    ///   - executable: Absolute path.
    ///   - account: The account to run as; nil keeps the account of this process.
    ///   - input: Text for standard input.
    ///   - timeout: After this the program is killed and a `timeout` error is thrown.
    /// - Throws: ``PostgresClusterError`` with code `toolFailed` (could not be started) or `timeout`.
    package static func run(
        _ executable: String,
        _ arguments: [String],
        as account: ServerAccount?,
        input: String = "",
        timeout: Duration
    ) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome?.self) { group in
            group.addTask { try await collect(executable, arguments, as: account, input: input) }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let outcome = first else {
                throw PostgresClusterError(.timeout, "\(executable) did not finish within \(timeout) and was stopped")
            }
            return outcome
        }
    }

    private static func collect(
        _ executable: String,
        _ arguments: [String],
        as account: ServerAccount?,
        input: String
    ) async throws -> Outcome {
        let command =
            try account?.command(executable, arguments)
            ?? ServerAccount.Command(
                executable: .path(FilePath(executable)),
                arguments: Arguments(arguments),
                options: PlatformOptions()
            )
        do {
            let result = try await Subprocess.run(
                command.executable,
                arguments: command.arguments,
                environment: ServerEnvironment.clean,
                // The caller's directory may be one the server's account cannot enter.
                workingDirectory: "/",
                platformOptions: command.options,
                input: .string(input),
                output: .string(limit: 262_144),
                error: .combinedWithOutput
            )
            return Outcome(
                succeeded: result.terminationStatus.isSuccess,
                ending: "\(result.terminationStatus)",
                output: result.standardOutput
            )
        } catch let error as CancellationError {
            throw error
        } catch {
            throw PostgresClusterError(.toolFailed, "could not run \(executable): \(error)")
        }
    }
}

/// The environment of server programs: nothing of the caller's, so that PGDATA, PGPORT or LC_ALL cannot change them.
enum ServerEnvironment {
    /// A fixed PATH, the C locale (log lines are parsed) and UTC.
    static let clean: Environment = .custom([
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C",
        "TZ": "UTC",
    ])
}
