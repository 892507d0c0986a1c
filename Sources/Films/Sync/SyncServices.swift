package import Logging
import Postgres
package import ServiceLifecycle
package import ServiceSupport

/// What follows the changes, and passes them on.
package struct SyncServices: Sendable {
    /// Gives changes their positions. Wake it after a commit.
    package let upkeep: FeedUpkeepService
    /// Follows them for all readers.
    package let hub: ChangeHub
    /// The open streams.
    package let streams: SyncStreams
    let snapshots: SnapshotReader

    package init(
        database: FilmsDatabase,
        movies: any MovieRecords,
        accounts: any AccountRecords,
        conflicts: any ConflictRecords,
        verifier: any CallerVerifier,
        cursors: PageCursor,
        logger: Logger
    ) {
        let store = ChangeStore(database: database)
        let join = RecordJoin(database: database, movies: movies, accounts: accounts, conflicts: conflicts)
        self.upkeep = FeedUpkeepService(
            tables: FeedTables(schema: "films", client: database.client),
            retention: Self.retention,
            logger: logger
        )
        self.hub = ChangeHub(store: store, join: join, logger: logger)
        self.streams = SyncStreams(hub: self.hub, store: store, verifier: verifier, logger: logger)
        self.snapshots = SnapshotReader(store: store, join: join, cursors: cursors)
    }

    /// A device that was off for longer than a month takes a snapshot.
    private static let retention = FeedUpkeepService.Retention(age: 30 * 86_400, changes: 1_000_000)

    /// All that runs in the background.
    package var background: [any Service] { [self.upkeep, self.hub, self.streams] }
}
