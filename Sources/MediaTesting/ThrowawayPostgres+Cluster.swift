import Glibc
import Logging
import PostgresCluster
import Synchronization

/// One throwaway server and its directory.
package actor ThrowawayCluster {
    /// The private directory of this cluster, below /tmp.
    package nonisolated let directory: String
    /// The directory of the server's Unix socket.
    package nonisolated let socketDirectory: String
    private let launch: Postmaster.Launch
    private var postmaster: Postmaster?

    /// Makes the directory and runs initdb; the server is not started.
    ///
    /// - Parameter programs: the directory of the server programs; nil takes the newest that is installed.
    package init(settings: [String: String], isDurable: Bool, programs: String? = nil) async throws {
        let account = try ServerAccount.resolve(preferred: "postgres")
        let binaries = try await PostgresBinaries.find(configured: programs, required: nil)
        directory = try await ThrowawayDirectories.make()
        socketDirectory = "\(directory)/run"
        try FileOperations.makeDirectory(socketDirectory, mode: 0o700, owner: account)
        let rules = AccessRules(account: account, currentUser: ServerAccount.userName(of: geteuid()))
        try FileOperations.replace("\(directory)/pg_hba.conf", with: rules.hostBasedAuthentication)
        try FileOperations.replace("\(directory)/pg_ident.conf", with: rules.identityMap)
        try await ClusterInitializer(binaries: binaries, account: account, home: directory, isDurable: isDurable).run()
        launch = Postmaster.Launch(
            binaries: binaries,
            account: account,
            dataDirectory: "\(directory)/data",
            settings: ServerSettings.make(socketDirectory: socketDirectory, home: directory, overrides: settings)
        )
    }

    /// The server's process id, nil while it is stopped.
    package var processID: Int32? {
        postmaster?.processID
    }

    /// The conninfo of a database of this cluster, for libpq.
    package nonisolated func connectionString(database: String) -> String {
        ConnectionString.make(socketDirectory: socketDirectory, database: database)
    }

    /// Makes an empty database and returns its conninfo.
    package func createDatabase() async throws -> String {
        let name = "test_\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try await execute("CREATE DATABASE \(name)")
        return connectionString(database: name)
    }

    /// Runs one SQL statement with psql and returns what it prints (unaligned, tuples only).
    @discardableResult
    package func execute(_ sql: String, database: String = "postgres") async throws -> String {
        let outcome = try await ServerTool.run(
            launch.binaries.path(of: "psql"),
            ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", connectionString(database: database), "-c", sql],
            as: nil,
            timeout: .seconds(60)
        )
        guard outcome.succeeded else {
            throw PostgresClusterError(.toolFailed, "psql \(outcome.ending): \(outcome.output)")
        }
        return outcome.output
    }

    /// Runs a client program of the server's version, such as `pg_dump`, on a database, and returns what it prints.
    @discardableResult
    package func run(_ program: String, _ arguments: [String], database: String) async throws -> String {
        let outcome = try await ServerTool.run(
            launch.binaries.path(of: program),
            ["-d", database] + arguments,
            as: nil,
            timeout: .seconds(60)
        )
        guard outcome.succeeded else {
            throw PostgresClusterError(.toolFailed, "\(program) \(outcome.ending): \(outcome.output)")
        }
        return outcome.output
    }

    /// Makes the next start a promotion: the server recovers as a standby would, to the end of what it has, and begins a timeline of
    /// its own. To be called while it is stopped; `restore_command` has to be set.
    package func promoteAtNextStart() throws {
        try FileOperations.replace("\(directory)/data/recovery.signal", with: "", mode: 0o666)
    }

    /// Starts the server and waits until it is ready; nothing happens when it already runs.
    package func start() async throws {
        if let postmaster, postmaster.ending == nil { return }
        let new = try await Postmaster.start(
            launch,
            logger: Logger(label: "postgres") { _ in SwiftLogNoOpLogHandler() }
        )
        postmaster = new
        ThrowawayDirectories.remember(child: new.processID)
        try await new.waitUntilReady(silence: .seconds(30))
    }

    /// Stops the server with a fast shutdown, which ends all sessions.
    package func stop() async {
        await postmaster?.stop(.fast, patience: .seconds(20))
        postmaster = nil
    }

    /// Kills the postmaster with SIGKILL and waits until it and its children are gone; data and stale files stay as after a crash.
    package func kill9() async {
        postmaster?.send(signal: SIGKILL)
        _ = await postmaster?.waitForExit(atMost: .seconds(10))
        // The orphaned backends may still do one more statement, and hold the shared memory that a new server wants for itself.
        await ServerProcesses.end(using: launch.dataDirectory, patience: .seconds(5))
        postmaster = nil
    }

    /// Stops the server and removes the directory; for tests that make many clusters.
    package func remove() async throws {
        await stop()
        try ThrowawayDirectories.remove(directory)
    }
}
