package import FeedServing
package import Logging
import Postgres
package import ServiceLifecycle
import ServiceSupport

/// What follows the changes, and passes them on.
package struct SyncServices: Sendable {
    /// Gives changes their positions. Wake it after a commit.
    package let stamper: FeedStamper
    /// Removes old ones.
    let pruner: FeedPruner
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
        kept: FeedPruner.Limits,
        limits: SyncLimits,
        logger: Logger
    ) {
        let store = ChangeStore(database: database)
        let join = RecordJoin(database: database, movies: movies, accounts: accounts, conflicts: conflicts)
        let tables = FeedTables(schema: "films", client: database.client)
        // The schema is up to date before anything is served.
        self.stamper = FeedStamper(feed: tables, isPrepared: { true }, logger: logger)
        self.pruner = FeedPruner(feed: tables, limits: kept, isPrepared: { true }, logger: logger)
        self.hub = ChangeHub(store: store, join: join, limits: limits, logger: logger)
        self.streams = SyncStreams(
            hub: self.hub,
            store: store,
            verifier: verifier,
            limits: limits,
            logger: logger
        )
        self.snapshots = SnapshotReader(store: store, join: join, cursors: cursors)
    }

    /// All that runs in the background.
    package var background: [any Service] { [self.stamper, self.pruner, self.hub, self.streams] }
}
