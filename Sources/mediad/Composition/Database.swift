import Glibc
import Logging
import MediaCore
import Postgres
import PostgresCluster
import ServiceLifecycle
import ServiceSupport

/// The database of a process: the configured one, or the embedded PostgreSQL, brought up or joined.
struct Database: Sendable {
    let client: PostgresClient
    /// Nil with a configured database.
    let cluster: PostgresCluster?

    /// - Throws: ``MediaError`` when the embedded PostgreSQL cannot be used.
    static func open(_ settings: Settings, purpose: PostgresCluster.Purpose, logger: Logger) async throws -> Database {
        var cluster: PostgresCluster?
        if settings.database.url == nil {
            do {
                cluster = try await PostgresCluster.open(
                    settings.cluster,
                    purpose: purpose,
                    logger: logger
                )
            } catch let error as PostgresClusterError {
                throw MediaError(.catalogUnavailable, error.message, cause: error)
            }
        }
        let configuration = PostgresConfiguration(
            connectionString: settings.database.url ?? cluster?.connectionString ?? "",
            maximumConnections: settings.database.connections,
            maximumWaiters: settings.database.waiters,
            connectTimeout: settings.database.connectTimeout,
            acquireTimeout: settings.database.acquireTimeout,
            statementTimeout: settings.database.statementTimeout
        )
        do {
            try configuration.validate()
        } catch let error as PostgresError {
            throw MediaError(
                .invalidConfiguration,
                "The setting database is not allowed: \(error.message)",
                cause: error
            )
        }
        return Database(client: PostgresClient(configuration: configuration, logger: logger), cluster: cluster)
    }

    /// Refuses to make a new embedded database for a storage root that has one already, somewhere else.
    /// - Throws: ``MediaError`` `invalid_configuration`.
    static func refuseForgottenURL(_ settings: Settings) throws(MediaError) {
        let root = settings.storage.root
        guard settings.database.url == nil, access(root + "/identity", F_OK) == 0 else { return }
        // Not followed: a link that leads nowhere is told by the cluster itself.
        guard faccessat(AT_FDCWD, root + "/postgres/data", F_OK, AT_SYMLINK_NOFOLLOW) != 0, errno == ENOENT else {
            return
        }
        throw MediaError(
            .invalidConfiguration,
            """
            The storage root \(root) belongs to a database, but no database.url is set and there is no embedded database in \
            it. Set database.url (or DATABASE_URL) as before. If that database is lost, "mediad adopt-database" begins a \
            new, empty one, and "mediad import" records the files in it.
            """
        )
    }

    /// Closes the connections, then stops an embedded server that this process started.
    func close() async throws {
        await self.client.close()
        try await self.cluster?.close()
    }

    /// What keeps the database running in the daemon, in the order of starting.
    func services(logger: Logger) -> [any Service] {
        let client = self.client
        let pool = BackgroundService {
            try await client.run()
        } onGracefulShutdown: {
            await client.close()
        }
        guard let cluster = self.cluster else { return [pool] }
        let server = BackgroundService {
            // Not cut short by a shutdown: the server has to outlive everybody who uses it.
            try await cluster.run()
        } onGracefulShutdown: {
            do {
                try await cluster.close()
            } catch {
                logger.error("PostgreSQL could not be stopped", metadata: ["error": "\(error)"])
            }
        }
        return [server, pool]
    }
}

extension Settings {
    /// Where the embedded PostgreSQL lies, and how it is run.
    var cluster: PostgresClusterConfiguration {
        PostgresClusterConfiguration(
            directory: self.storage.root + "/postgres",
            binariesDirectory: self.embedded.binaries,
            runAsUser: self.embedded.user,
            startTimeout: self.embedded.startTimeout,
            stopTimeout: self.embedded.stopTimeout
        )
    }
}
