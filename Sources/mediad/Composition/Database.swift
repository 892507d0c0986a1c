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
                    PostgresClusterConfiguration(
                        directory: settings.storage.root + "/postgres",
                        binariesDirectory: settings.embedded.binaries,
                        runAsUser: settings.embedded.user,
                        startTimeout: settings.embedded.startTimeout,
                        stopTimeout: settings.embedded.stopTimeout
                    ),
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
