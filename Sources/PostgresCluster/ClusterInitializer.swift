import Glibc

/// Makes a new data directory that is complete the moment it has its name.
///
/// `initdb` and the creation of the database happen in `data.new-<random>`, which is renamed at the end; so a crash leaves
/// only a directory that the next start removes.
package struct ClusterInitializer: Sendable {
    /// The installation to use.
    package var binaries: PostgresBinaries
    /// The owner of the data.
    package var account: ServerAccount
    /// Directory that holds the data directory.
    package var home: String
    /// Whether everything is flushed to disk before it gets its name; off only for throwaway clusters.
    package var isDurable = true
    /// Bounds each program; initdb takes about a second, on slow disks tens of seconds.
    package var timeout = Duration.seconds(300)

    /// Describes a directory to make.
    package init(binaries: PostgresBinaries, account: ServerAccount, home: String, isDurable: Bool = true) {
        self.binaries = binaries
        self.account = account
        self.home = home
        self.isDurable = isDurable
    }

    /// Name prefix of unfinished directories.
    package static let unfinishedPrefix = "data.new"

    /// Runs initdb, makes the database `mediad`, and renames the result to `home/data`.
    ///
    /// - Throws: ``PostgresClusterError`` with code `initialization` and the program's output, or `timeout`.
    package func run() async throws {
        let unfinished = "\(home)/\(Self.unfinishedPrefix)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        try FileOperations.makeDirectory(unfinished, mode: 0o700, owner: account)
        do {
            try await fill(unfinished)
            let finished = "\(home)/data"
            try await BlockingWork.run { try FileOperations.rename(unfinished, to: finished) }
        } catch {
            // In a task of its own, so that cancellation, a likely cause, does not cut the cleaning short as well.
            await Task { try? await Self.discard(unfinished) }.value
            throw error
        }
    }

    /// Removes what crashed attempts left behind; call it only while holding the supervisor's lock.
    package func sweep() async throws {
        for name in FileOperations.names(in: home) where name.hasPrefix(Self.unfinishedPrefix) {
            let path = "\(home)/\(name)"
            try await Self.discard(path)
        }
    }

    private func fill(_ directory: String) async throws {
        try await initialize(directory)
        // The single-user server needs no socket and no client program; a failing statement is only visible in its output.
        var single = ["--single", "-D", directory, "-c", "exit_on_error=on"]
        if !isDurable { single.append("-F") }
        try await step("postgres", single + ["postgres"], input: "CREATE DATABASE \(AccessRules.role)\n")
    }

    /// Runs initdb alone.
    func initialize(_ directory: String) async throws {
        var arguments = [
            "-D", directory, "-U", AccessRules.role, "-E", "UTF8", "--locale", Self.locale, "--lc-messages", "C",
            "--data-checksums", "--auth-local", "peer", "--auth-host", "reject", "--no-instructions",
        ]
        if !isDurable { arguments.append("--no-sync") }
        try await step("initdb", arguments)
    }

    private static func discard(_ directory: String) async throws {
        // The initdb of a killed daemon lives on as an orphan, a helper of a cancelled one for a moment; both would go on
        // filling the directory.
        await ServerProcesses.end(using: directory, patience: .seconds(1))
        try await BlockingWork.run { try FileOperations.removeTree(directory) }
    }

    private func step(_ program: String, _ arguments: [String], input: String = "") async throws {
        let outcome = try await ServerTool.run(
            binaries.path(of: program),
            arguments,
            as: account,
            input: input,
            timeout: timeout
        )
        guard outcome.succeeded, !outcome.output.contains("FATAL:"), !outcome.output.contains("ERROR:") else {
            throw PostgresClusterError(
                .initialization,
                "making the database in \(home) failed: \(program) \(outcome.ending):\n\(outcome.output.suffix(2000))"
            )
        }
    }

    /// Byte order with UTF-8 character classes: no collation version that an upgrade of the C library could change.
    private static var locale: String {
        guard let probe = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return "C" }
        freelocale(probe)
        return "C.UTF-8"
    }
}
