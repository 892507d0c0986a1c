import Glibc
import Logging

/// Everything needed to start the server of one storage root, held by its supervisor together with the locks.
struct EmbeddedServer: Sendable {
    let configuration: PostgresClusterConfiguration
    let home: ClusterHome
    let socketDirectory: String
    let launch: Postmaster.Launch
    private let locks: [SupervisorLock]

    /// Prepares a start: finds programs and account, makes the cluster when there is none, writes the access rules.
    ///
    /// - Parameter lock: The supervisor's lock of `directory`; given back by ``leave()``, or when this throws.
    init(
        directory: String,
        lock: SupervisorLock,
        purpose: PostgresCluster.Purpose,
        configuration: PostgresClusterConfiguration,
        logger: Logger
    ) async throws {
        self.configuration = configuration
        let existing = try ClusterHome.existing(in: directory)
        let required = try existing.map(Self.version)
        let owner = existing.flatMap { FileOperations.status($0.dataDirectory)?.userID }
        let account = try ServerAccount.resolve(preferred: configuration.runAsUser, owner: owner)
        let binaries = try await PostgresBinaries.find(configured: configuration.binariesDirectory, required: required)

        try Self.open(directory, to: account)
        if let existing {
            home = existing
        } else {
            home = try await ClusterHome.choose(
                in: directory,
                account: account,
                relocationDirectory: configuration.relocationDirectory
            )
        }
        locks = try [lock] + Self.lockRelocated(home, purpose: purpose)
        try await Self.checkAccess(home, owner: owner, account: account)

        let initializer = ClusterInitializer(binaries: binaries, account: account, home: home.directory)
        try await initializer.sweep()
        if existing == nil {
            logger.notice("Making a new database", metadata: ["directory": "\(home.dataDirectory)"])
            try await initializer.run()
            try home.link(from: directory, logger: logger)
        }
        let rules = AccessRules(account: account, currentUser: ServerAccount.userName(of: geteuid()))
        try FileOperations.replace("\(home.directory)/pg_hba.conf", with: rules.hostBasedAuthentication)
        try FileOperations.replace("\(home.directory)/pg_ident.conf", with: rules.identityMap)
        socketDirectory = try SocketDirectory.ensure(home: home.directory, account: account)
        launch = Postmaster.Launch(
            binaries: binaries,
            account: account,
            dataDirectory: home.dataDirectory,
            settings: ServerSettings.make(
                socketDirectory: socketDirectory,
                home: home.directory,
                overrides: configuration.settings
            )
        )
    }

    /// Gives up the supervision after the server has stopped.
    func leave() {
        SocketDirectory.removeOutside(home: home.directory)
        for lock in locks.reversed() { lock.release() }
    }

    /// Ends a server that a killed supervisor left behind, and removes a lock file that PostgreSQL would stumble over.
    func clearTheWay(logger: Logger) async throws {
        let left = await ServerProcesses.end(using: launch.dataDirectory, patience: configuration.stopTimeout)
        if !left.isEmpty {
            logger.warning(
                "Stopped a PostgreSQL server that an earlier process had left running",
                metadata: ["processes": "\(left)", "directory": "\(launch.dataDirectory)"]
            )
        }
        let dataDirectory = launch.dataDirectory
        let files = [PostmasterFile.path(dataDirectory), "\(socketDirectory)/\(SocketDirectory.socketName).lock"]
        try await BlockingWork.run {
            for path in files {
                guard let text = try? FileOperations.read(path, limit: 8192), let file = PostmasterFile(text: text),
                    // PostgreSQL removes the file of a dead process itself. It takes any living process (or zombie) of
                    // its own user for a server, though: after a reboot, that may be anything.
                    kill(file.processID, 0) == 0, ServerProcesses.isForeign(file.processID, to: dataDirectory),
                    ServerProcesses.using(dataDirectory).isEmpty
                else { continue }
                logger.warning(
                    "Removing a stale lock file",
                    metadata: ["path": "\(path)", "pid": .stringConvertible(file.processID)]
                )
                guard unlink(path) == 0 else { throw FileOperations.failure("remove", path) }
            }
        }
    }

    /// The version of an existing cluster; a directory without one is no cluster, and is not overwritten.
    private static func version(of home: ClusterHome) throws -> Int {
        if let version = PostgresBinaries.majorVersion(ofDataDirectory: home.dataDirectory) { return version }
        throw PostgresClusterError(
            .initialization,
            "\(home.dataDirectory) is not a PostgreSQL data directory (no readable PG_VERSION); restore it from a backup, "
                + "or move it away to begin with an empty database"
        )
    }

    /// Lets the server's account pass through the cluster's own directory, whatever umask or caller made it.
    private static func open(_ directory: String, to account: ServerAccount) throws {
        guard account.needsSwitch, let status = FileOperations.status(directory), status.userID == geteuid(),
            status.permissions & 0o011 != 0o011
        else { return }
        guard chmod(directory, status.permissions | 0o011) == 0 else {
            throw FileOperations.failure("set the mode of", directory)
        }
    }

    /// A copy of a storage root has a copy of the link, and must not run a second server on the same files.
    private static func lockRelocated(_ home: ClusterHome, purpose: PostgresCluster.Purpose) throws -> [SupervisorLock]
    {
        guard home.isRelocated else { return [] }
        guard let lock = try SupervisorLock.acquire(in: home.directory, purpose: purpose) else {
            let holder = SupervisorLock.holder(in: home.directory).map { " (process id \($0.processID))" } ?? ""
            throw PostgresClusterError(
                .alreadyRunning,
                "the database in \(home.directory) is in use through another storage root\(holder); if this root is a copy, "
                    + "remove its link postgres/data to begin with an empty database"
            )
        }
        return [lock]
    }

    private static func checkAccess(_ home: ClusterHome, owner: UInt32?, account: ServerAccount) async throws {
        if owner == 0 {
            throw PostgresClusterError(
                .account,
                "the database files in \(home.dataDirectory) belong to root, but PostgreSQL must not run as root; "
                    + "give them back: chown -R \(account.name) \(home.dataDirectory)"
            )
        }
        guard try await ClusterHome.isReachable(home.directory, by: account) else {
            throw PostgresClusterError(
                .account,
                "the account \(account.name) cannot reach \(home.directory) any more; allow it to pass through the "
                    + "directories above (chmod o+x), or move the storage root"
            )
        }
    }
}
