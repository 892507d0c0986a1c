import FoundationEssentials
import Glibc
package import Logging

/// Brings the files of an embedded database to another major version of PostgreSQL, with pg_upgrade.
///
/// The new files are made beside the old ones and change places with them in one step of the file system, so a crash leaves
/// either database whole. The old one is kept, as `data-<version>`; the next run gives it that name if a crash came before.
package struct ClusterUpgrade: Sendable {
    private let configuration: PostgresClusterConfiguration
    private let logger: Logger

    /// - Parameter configuration: of the cluster; `binariesDirectory` names the new version's programs, nil takes the newest.
    package init(_ configuration: PostgresClusterConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// What was done.
    package struct Outcome: Sendable {
        /// The major version before.
        package let old: Int
        /// The major version now; the same when there was nothing to do.
        package let new: Int
        /// Where the old files lie; nil when there was nothing to do.
        package let kept: String?
    }

    /// Upgrades the files, alone: nobody may use the database meanwhile.
    /// - Parameter oldBinaries: the programs of the files' version; nil looks for them.
    /// - Throws: ``PostgresClusterError`` with code `alreadyRunning`, `binariesNotFound`, `versionMismatch`, `toolFailed`;
    ///   `fileSystem` when there is no room, or something is in the way.
    package func run(oldBinaries: String?) async throws -> Outcome {
        guard let directory = FileOperations.realPath(self.configuration.directory),
            let home = try ClusterHome.existing(in: directory),
            let old = PostgresBinaries.majorVersion(ofDataDirectory: home.dataDirectory)
        else {
            throw PostgresClusterError(
                .fileSystem,
                "there is no embedded database in \(self.configuration.directory); nothing to upgrade"
            )
        }
        let places = home.isRelocated ? [directory, home.directory] : [directory]
        let locks = try places.map { place in
            guard let lock = try SupervisorLock.acquire(in: place, purpose: .maintenance) else {
                throw PostgresClusterError(.alreadyRunning, "the database in \(place) is in use; stop the daemon first")
            }
            return lock
        }
        defer { for lock in locks.reversed() { lock.release() } }
        let finished = try self.finishExchange(home)
        let new = try await PostgresBinaries.find(configured: self.configuration.binariesDirectory, required: nil)
        guard new.majorVersion > old else { return finished ?? Outcome(old: old, new: old, kept: nil) }
        let before = try await PostgresBinaries.find(configured: oldBinaries, required: old)
        let account = try ServerAccount.resolve(
            preferred: self.configuration.runAsUser,
            owner: FileOperations.status(home.dataDirectory)?.userID
        )
        let kept = try Self.place(ofVersion: old, home)
        await ServerProcesses.end(using: home.dataDirectory, patience: self.configuration.stopTimeout)
        let initializer = ClusterInitializer(binaries: new, account: account, home: home.directory)
        try await initializer.sweep()
        try await BlockingWork.run { try ClusterRoom.require(forCopyOf: home.dataDirectory, in: home.directory) }
        do {
            try await self.recover(home, before, account)
            try await self.copy(home, from: before, to: new, with: initializer)
        } catch {
            let report = Self.report(in: Self.work(home))
            // A disk that became full would stay so; in a task of its own, as a cancelled one cleans nothing.
            await Task {
                // pg_upgrade starts it, in a session of its own.
                await ServerProcesses.end(using: home.dataDirectory, patience: self.configuration.stopTimeout)
                try? await initializer.sweep()
            }.value
            guard var failure = error as? PostgresClusterError else { throw error }
            failure.message += report
            throw failure
        }
        try await BlockingWork.run { try self.exchange(home, keeping: kept) }
        self.logger.notice("Upgraded the database", metadata: ["from": "\(old)", "to": "\(new.majorVersion)"])
        return Outcome(old: old, new: new.majorVersion, kept: kept)
    }

    /// Makes files of the new version beside the old ones, with the same content.
    private func copy(
        _ home: ClusterHome,
        from old: PostgresBinaries,
        to new: PostgresBinaries,
        with initializer: ClusterInitializer
    ) async throws {
        let work = Self.work(home)
        try FileOperations.makeDirectory(work, mode: 0o700, owner: initializer.account)
        let files = "\(work)/data"
        try await initializer.initialize(files)
        // Writes its reports into the directory it runs in, and a socket there.
        try await self.step(
            "/bin/sh",
            [
                "-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh", work, new.path(of: "pg_upgrade"),
                "--old-bindir", old.directory, "--new-bindir", new.directory,
                "--old-datadir", home.dataDirectory, "--new-datadir", files, "--username", AccessRules.role,
                "--old-options", Self.options(home), "--new-options", Self.options(home), "--socketdir",
                Self.socket(work),
            ],
            initializer.account
        )
    }

    /// pg_upgrade takes only files of a server that was stopped in order. A single-user server recovers after a crash, and ends
    /// so.
    private func recover(_ home: ClusterHome, _ old: PostgresBinaries, _ account: ServerAccount) async throws {
        try await self.step(
            old.path(of: "postgres"),
            ["--single", "-D", home.dataDirectory, "-c", "exit_on_error=on", "postgres"],
            account
        )
    }

    private func step(_ program: String, _ arguments: [String], _ account: ServerAccount) async throws {
        // Copies every file.
        let outcome = try await ServerTool.run(program, arguments, as: account, timeout: .seconds(3600))
        guard outcome.succeeded else {
            throw PostgresClusterError(
                .toolFailed,
                "the upgrade failed, and the database is as it was: \(program) \(outcome.ending):\n\(outcome.output.suffix(2000))"
            )
        }
    }

    /// The access rules lie beside the data, not in it.
    private static func options(_ home: ClusterHome) -> String {
        ["hba_file", "ident_file"].map { name in
            let file = name == "hba_file" ? "pg_hba.conf" : "pg_ident.conf"
            return "-c \(name)='\(home.directory)/\(file)'"
        }.joined(separator: " ")
    }

    /// The end of what pg_upgrade wrote last: its output only names that file.
    private static func report(in work: String) -> String {
        let folder = "\(work)/data/pg_upgrade_output.d"
        let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        let written = files.filter { $0.hasSuffix(".log") || $0.hasSuffix(".txt") }.map { "\(folder)/\($0)" }.max {
            Self.modified($0) < Self.modified($1)
        }
        guard let written, let text = try? FileOperations.read(written, limit: 1 << 20), !text.isEmpty else {
            return ""
        }
        return "\n\(written):\n\(text.suffix(1000))"
    }

    private static func modified(_ path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mtim.tv_sec * 1_000_000 + status.st_mtim.tv_nsec / 1000 : 0
    }

    /// A socket's path must be short.
    private static func socket(_ work: String) -> String { SocketDirectory.fits(work) ? work : "/tmp" }
}
