import Glibc
import Logging
import MediaCatalog
import MediaCore
import MediaStorage
import MediaWorkers
import NIOPosix
import PostgresCluster

/// The services without the HTTP server, for one command: brings the embedded database up if nobody has, closes all at the end.
enum Maintenance {
    static func run(
        _ options: SettingsOptions,
        needsWorkers: Bool = true,
        makesRoot: Bool = false,
        _ body: @escaping @Sendable (AppServices) async throws -> Void
    ) async throws {
        let settings = try await options.settings().resolved()
        try await Self.run(settings, needsWorkers: needsWorkers, makesRoot: makesRoot, body)
    }

    static func run(
        _ settings: Settings,
        needsWorkers: Bool = true,
        pairs: Bool = true,
        makesRoot: Bool = false,
        _ body: @escaping @Sendable (AppServices) async throws -> Void
    ) async throws {
        if !makesRoot { try Self.requireRoot(settings) }
        var log = settings.log
        // What the command finds goes to standard output; the log only speaks when something is wrong.
        log.level = max(log.level, .warning)
        log.bootstrap()
        let logger = Logger(label: "mediad")
        let pool = NIOThreadPool(numberOfThreads: settings.storage.ioThreads)
        pool.start()
        try await Interruption.cancelling { _ in
            if pairs { try Database.refuseForgottenURL(settings) }
            let database = try await Database.open(settings, purpose: .maintenance, logger: logger)
            do {
                let app = try AppServices(settings, database: database, blockingPool: pool, logger: logger)
                let outcome = await Self.outcome {
                    if pairs {
                        try await app.prepareDatabase()
                    } else {
                        try await Migrator(client: database.client, logger: logger).migrate()
                    }
                    try await Self.withWorkers(app, needed: needsWorkers) { try await body(app) }
                }
                // Also after a failure: this process leaves nothing in the staging area.
                try await app.storage.close()
                try outcome.get()
            } catch {
                try? await database.close()
                throw error
            }
            try await database.close()
        }
        try await pool.shutdownGracefully()
    }

    /// Refuses a storage root that is not there: with a misspelt one, a new empty database would be made in it, and all be found well.
    /// - Throws: ``MediaError`` `invalid_configuration`.
    static func requireRoot(_ settings: Settings) throws(MediaError) {
        let files = settings.storage.root + "/files"
        guard access(files, F_OK) != 0, [ENOENT, ENOTDIR].contains(errno) else { return }
        throw MediaError(
            .invalidConfiguration,
            """
            \(settings.storage.root) is no storage root: it has no folder files/. Is storage.root (--storage-root) right? "mediad serve" \
            makes a new one, and so does whoever makes that folder.
            """
        )
    }

    private static func outcome(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private static func withWorkers(_ app: AppServices, needed: Bool, _ body: () async throws -> Void) async throws {
        guard needed else { return try await body() }
        let workers = Task { try await app.workers.run() }
        defer { workers.cancel() }
        do {
            try await body()
        } catch {
            workers.cancel()
            _ = await workers.result
            throw error
        }
        workers.cancel()
        _ = await workers.result
    }
}
