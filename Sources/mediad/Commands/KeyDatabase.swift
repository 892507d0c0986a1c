import Foundation
import Logging
import MediaCatalog
import MediaCore
import MediaEngine
import MediaStorage
import PostgresCluster

/// The keys of a database, for one command. It needs the database and nothing of the tree, so that it runs on any machine that reaches
/// the database, beside a running daemon and before the first one.
enum KeyDatabase {
    /// - Parameters:
    ///   - mayBeNew: whether the storage root of an embedded database may be made: the first key comes before the first start.
    ///   - changes: false for a command that only reads: the schema is not brought up to date either.
    static func run(
        _ options: SettingsOptions,
        mayBeNew: Bool = false,
        changes: Bool = true,
        _ body: @escaping @Sendable (KeyService) async throws -> Void
    ) async throws {
        try await Self.run(options, mayBeNew: mayBeNew, changes: changes) { _, catalog in
            try await body(KeyService(catalog: catalog, clock: { Timestamp.now() }))
        }
    }

    /// The same, with the catalog itself.
    static func run(
        _ options: SettingsOptions,
        mayBeNew: Bool = false,
        changes: Bool = true,
        _ body: @escaping @Sendable (Settings, PostgresCatalog) async throws -> Void
    ) async throws {
        let settings = try await options.settings().resolved()
        if settings.database.url == nil {
            if mayBeNew {
                try Self.makeRoot(settings.storage.root)
            } else {
                try Maintenance.requireRoot(settings)
            }
        }
        var log = settings.log
        // Nothing but the key goes to standard output; the log only speaks when something is wrong.
        log.level = max(log.level, .warning)
        log.bootstrap()
        let logger = Logger(label: "mediad")
        try await Interruption.cancelling { _ in
            try Database.refuseForgottenURL(settings)
            let database = try await Database.open(settings, purpose: .maintenance, logger: logger)
            do {
                let migrator = Migrator(client: database.client, logger: logger)
                if changes { try await migrator.migrate() } else { try await migrator.requireCurrent() }
                let catalog = PostgresCatalog(client: database.client)
                try await body(settings, catalog)
            } catch {
                try? await database.close()
                throw error
            }
            try await database.close()
        }
    }

    private static func makeRoot(_ root: String) throws(MediaError) {
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        } catch {
            throw MediaError(.invalidConfiguration, "The storage root \(root) cannot be made.", cause: error)
        }
    }
}
