package import Logging

extension PostgresCluster {
    /// Brings the database up, or connects to the one that another process supervises.
    ///
    /// - A daemon becomes the supervisor or is refused: at once by another daemon, after
    ///   ``PostgresClusterConfiguration/maintenanceWait`` by a maintenance command.
    /// - A maintenance command becomes the supervisor when nobody is, else a guest as soon as the server is ready.
    ///
    /// The first start makes the cluster; a start after a crash ends the server that a killed supervisor left behind.
    ///
    /// - Returns: A cluster whose database accepts connections.
    /// - Throws: ``PostgresClusterError``, or `CancellationError` after stopping what was started.
    package static func open(
        _ configuration: PostgresClusterConfiguration,
        purpose: Purpose,
        logger: Logger
    ) async throws -> PostgresCluster {
        let directory = try prepare(configuration.directory)
        let patience = purpose == .daemon ? configuration.maintenanceWait : configuration.startTimeout
        let deadline = ContinuousClock.now + patience
        var isAnnounced = false
        while true {
            try Task.checkCancellation()
            if let lock = try SupervisorLock.acquire(in: directory, purpose: purpose) {
                let server = try await EmbeddedServer(
                    directory: directory,
                    lock: lock,
                    purpose: purpose,
                    configuration: configuration,
                    logger: logger
                )
                return try await supervise(server, purpose: purpose, logger: logger)
            }
            let holder = SupervisorLock.holder(in: directory)
            switch purpose {
            case .daemon:
                if holder?.purpose == .daemon || ContinuousClock.now > deadline { throw refusal(holder, directory) }
                if !isAnnounced {
                    logger.notice("Waiting for a maintenance command to finish", metadata: metadata(holder))
                    isAnnounced = true
                }
            case .maintenance:
                if let guest = try guest(in: directory, logger: logger) { return guest }
                if ContinuousClock.now > deadline {
                    throw PostgresClusterError(
                        .timeout,
                        "the database in \(directory) is being started by \(describe(holder)) and was not ready after "
                            + "\(patience); look into the log of that process"
                    )
                }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func supervise(
        _ server: EmbeddedServer,
        purpose: Purpose,
        logger: Logger
    ) async throws -> PostgresCluster {
        let cluster = PostgresCluster(
            purpose: purpose,
            socketDirectory: server.socketDirectory,
            server: server,
            logger: logger
        )
        do {
            try await cluster.startServer()
        } catch {
            try? await cluster.close()
            throw error
        }
        return cluster
    }

    private static func guest(in directory: String, logger: Logger) throws -> PostgresCluster? {
        guard let home = try ClusterHome.existing(in: directory),
            let socketDirectory = SocketDirectory.locate(home: home.directory),
            PostmasterFile.isReady(dataDirectory: home.dataDirectory)
        else { return nil }
        return PostgresCluster(purpose: .maintenance, socketDirectory: socketDirectory, server: nil, logger: logger)
    }

    /// Makes the configured directory and returns its real path.
    private static func prepare(_ directory: String) throws -> String {
        guard directory.hasPrefix("/") else {
            throw PostgresClusterError(
                .fileSystem,
                "the database directory must be an absolute path, not '\(directory)'"
            )
        }
        try FileOperations.makeDirectory(directory, mode: 0o755)
        guard let real = FileOperations.realPath(directory) else { throw FileOperations.failure("resolve", directory) }
        return real
    }

    private static func refusal(_ holder: SupervisorLock.Holder?, _ directory: String) -> PostgresClusterError {
        PostgresClusterError(
            .alreadyRunning,
            "the database in \(directory) is in use by \(describe(holder)); stop it first, or give this daemon another "
                + "storage root"
        )
    }

    private static func describe(_ holder: SupervisorLock.Holder?) -> String {
        guard let holder else { return "another process" }
        let kind = holder.purpose == .daemon ? "the daemon" : "the maintenance command"
        return "\(kind) with process id \(holder.processID) (\(holder.command))"
    }

    private static func metadata(_ holder: SupervisorLock.Holder?) -> Logger.Metadata {
        holder.map { ["pid": "\($0.processID)", "command": "\($0.command)"] } ?? [:]
    }
}
