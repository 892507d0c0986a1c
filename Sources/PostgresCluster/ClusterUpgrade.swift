import Glibc
package import Logging

/// Brings the files of an embedded database to another major version of PostgreSQL, with pg_upgrade.
///
/// The new files are made beside the old ones and change places with them in one step of the file system, so a crash leaves
/// either database whole. The old one is kept, as `data-<version>`.
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
    /// - Throws: ``PostgresClusterError`` with code `alreadyRunning`, `binariesNotFound`, `versionMismatch`, `toolFailed`.
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
        let new = try await PostgresBinaries.find(configured: self.configuration.binariesDirectory, required: nil)
        guard new.majorVersion > old else { return Outcome(old: old, new: old, kept: nil) }
        let before = try await PostgresBinaries.find(configured: oldBinaries, required: old)
        let account = try ServerAccount.resolve(
            preferred: self.configuration.runAsUser,
            owner: FileOperations.status(home.dataDirectory)?.userID
        )
        let kept = try await self.upgrade(home, from: before, to: new, as: account)
        return Outcome(old: old, new: new.majorVersion, kept: kept)
    }

    private func upgrade(
        _ home: ClusterHome,
        from old: PostgresBinaries,
        to new: PostgresBinaries,
        as account: ServerAccount
    ) async throws -> String {
        await ServerProcesses.end(using: home.dataDirectory, patience: self.configuration.stopTimeout)
        let initializer = ClusterInitializer(binaries: new, account: account, home: home.directory)
        try await initializer.sweep()
        try await self.recover(home, old, account)
        let work = "\(home.directory)/\(ClusterInitializer.unfinishedPrefix)-upgrade"
        try FileOperations.makeDirectory(work, mode: 0o700, owner: account)
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
            account
        )
        let kept = "\(home.directory)/data-\(old.majorVersion)"
        guard FileOperations.status(kept) == nil else {
            throw PostgresClusterError(.fileSystem, "\(kept) is in the way; move it, then run the command again")
        }
        try await BlockingWork.run {
            try FileOperations.exchange(files, home.dataDirectory)
            try FileOperations.rename(files, to: kept)
            try FileOperations.removeTree(work)
        }
        self.logger.notice(
            "Upgraded the database",
            metadata: ["from": "\(old.majorVersion)", "to": "\(new.majorVersion)"]
        )
        return kept
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

    /// A socket's path must be short.
    private static func socket(_ work: String) -> String { SocketDirectory.fits(work) ? work : "/tmp" }
}
