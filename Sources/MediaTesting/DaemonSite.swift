import Glibc
import PostgresCluster

/// What outlives a daemon process: a storage root, a database and a configuration file, all private to one test.
///
/// Daemons and maintenance commands are started on it, one after the other or side by side. The directory goes with the test
/// process, as do the servers that still run in it (see ``ThrowawayDirectories``).
package final class DaemonSite: Sendable {
    /// Which database the daemon uses.
    package enum Database: Sendable {
        /// A new, empty one in the test process's shared PostgreSQL.
        case fresh
        /// A new, empty one in the caller's PostgreSQL.
        case on(ThrowawayCluster)
        /// libpq conninfo or URL, as it is.
        case url(String)
        /// The daemon's own, below the storage root.
        case embedded
    }

    /// The private directory that holds everything.
    package let directory: String
    /// The storage root.
    package let root: String
    /// The configuration file.
    package let configurationFile: String
    /// libpq conninfo of the database; nil for the embedded one.
    package let databaseURL: String?

    /// Makes the directory, the database and the configuration file; nothing is started.
    ///
    /// - Parameters:
    ///   - database: which database.
    ///   - configuration: the text of the configuration file.
    ///   - root: an existing storage root, such as a small mounted file system; nil makes one.
    package init(
        database: Database = .fresh,
        configuration: String = "",
        root: String? = nil
    ) async throws {
        let directory = try await ThrowawayDirectories.make()
        self.directory = directory
        self.root = root ?? "\(directory)/root"
        configurationFile = "\(directory)/mediad.yaml"
        try FileOperations.makeDirectory(self.root, mode: 0o755)
        try FileOperations.replace(configurationFile, with: configuration)
        switch database {
        case .fresh: databaseURL = try await ThrowawayPostgres.shared().createDatabase()
        case .on(let cluster): databaseURL = try await cluster.createDatabase()
        case .url(let url): databaseURL = url
        case .embedded: databaseURL = nil
        }
    }

    /// The flags that every command on this site gets.
    package var flags: [String] {
        ["--config", configurationFile, "--storage-root", root] + (databaseURL.map { ["--database-url", $0] } ?? [])
    }

    /// Starts a daemon and waits until it is ready: it listens, and `/readyz` answers 200.
    ///
    /// - Parameters:
    ///   - environment: variables on top of PATH and the locale.
    ///   - arguments: flags on top of ``flags`` and `--port 0`.
    /// - Throws: ``ProcessFailure`` with the log when it ends or is not ready in time; it is killed then.
    package func start(
        environment: [String: String] = [:],
        arguments: [String] = [],
        within patience: Duration = .seconds(60)
    ) async throws -> DaemonProcess {
        let deadline = ContinuousClock.now + patience
        let process = try await launch(environment: environment, arguments: arguments)
        let daemon = try await DaemonProcess(process: process, site: self, within: patience)
        while try await daemon.request("GET", "/readyz").status != 200 {
            guard ContinuousClock.now < deadline else {
                await daemon.kill9()
                throw ProcessFailure(message: "the daemon was not ready within \(patience)\n\(daemon.lastWords)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return daemon
    }

    /// Starts a daemon and does not wait: for daemons that are meant not to come up.
    package func launch(
        environment: [String: String] = [:],
        arguments: [String] = []
    ) async throws -> ChildProcess {
        try await ChildProcess.start(
            .init(
                try DaemonBinary.path(),
                ["serve"] + flags + ["--port", "0"] + arguments,
                environment: environment,
                directory: directory
            )
        )
    }

    /// Runs a maintenance command, such as `fsck`, to its end.
    package func run(
        _ command: [String],
        environment: [String: String] = [:],
        within patience: Duration = .seconds(60)
    ) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            .init(try DaemonBinary.path(), command + flags, environment: environment, directory: directory),
            within: patience
        )
    }

    /// Ends the servers below the root and removes everything; the daemons must have ended.
    package func remove() async throws {
        await ServerProcesses.end(using: directory, patience: .seconds(5))
        for attempt in 1...5 {
            do {
                return try ThrowawayDirectories.remove(directory)
            } catch  where attempt < 5 {
                // Another test process may be sweeping what it takes for a leftover as soon as the lock file is gone.
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
