package import MediaCore

/// Says whether database and storage root belong together, as ``TreePairing/verify()`` does.
/// Throws ``MediaError`` where they do not, or where it cannot be found out.
package typealias PairVerification = @Sendable () async throws(MediaError) -> Void

/// What the engine is built on: one adapter for each port. Tests give doubles here and use the services as the daemon does.
package struct EnginePorts: Sendable {
    /// The records of files, and the intents of commits.
    package var catalog: any Catalog
    /// What uses which file.
    package var links: any LinkCatalog
    /// The records of deleted files.
    package var trashCatalog: any TrashCatalog
    /// The records of resumable uploads.
    package var uploadCatalog: any UploadCatalog
    /// The changes of files, links and uploads, whoever made them.
    package var feed: any ChangeFeed
    /// What keeps the feed going.
    package var feedUpkeep: any MediaFeedUpkeep
    /// What the database tells all processes.
    package var notifications: any CatalogNotifications
    /// Where files lie until they are published.
    package var staging: any Staging
    /// The published files.
    package var tree: any FileTree
    /// The bytes of deleted files.
    package var trash: any TrashStore
    /// The renditions that have been made.
    package var renditionStore: any RenditionStore
    /// Bytes that the tree and all open uploads together may still take, those that open uploads have received included.
    package var room: @Sendable () async throws(MediaError) -> ByteCount
    /// Finds the type and the facts of a file by its bytes.
    package var inspector: any Inspector
    /// Says how an uploaded file is rewritten before it is published.
    package var rewriter: any Rewriter
    /// Makes renditions.
    package var renderer: any Renderer
    /// Fails where database and storage root do not belong together; asked before anything is swept.
    package var verifyPair: PairVerification
    /// The time of day, for records and expiries.
    package var clock: WallClock
    /// The time of day by which uploads expire.
    package var expiryClock: WallClock
    /// The time of day by which deleted files expire, and unused ones are reaped.
    package var trashClock: WallClock
    /// The time that only passes, for what is remembered for a while.
    package var now: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - catalog: records and commits; `links`, `trashCatalog`, `uploadCatalog`, `feed`, `feedUpkeep` and `notifications` are of the
    ///     same database.
    ///   - verifyPair: of the same database and storage root as the rest; see ``TreePairing``.
    ///   - expiryClock: `clock` unless it is given.
    ///   - trashClock: `expiryClock` unless it is given.
    ///   - room: unbounded unless it is given.
    ///   - staging: on the file system of `tree`, as finished files are renamed from one into the other.
    package init(
        catalog: any Catalog,
        links: any LinkCatalog,
        trashCatalog: any TrashCatalog,
        uploadCatalog: any UploadCatalog,
        feed: any ChangeFeed,
        feedUpkeep: any MediaFeedUpkeep,
        notifications: any CatalogNotifications,
        staging: any Staging,
        tree: any FileTree,
        trash: any TrashStore,
        renditionStore: any RenditionStore,
        inspector: any Inspector,
        rewriter: any Rewriter,
        renderer: any Renderer,
        verifyPair: @escaping PairVerification = {},
        room: @escaping @Sendable () async throws(MediaError) -> ByteCount = { ByteCount(bytes: .max) },
        clock: @escaping WallClock,
        expiryClock: WallClock? = nil,
        trashClock: WallClock? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.catalog = catalog
        self.links = links
        self.trashCatalog = trashCatalog
        self.uploadCatalog = uploadCatalog
        self.feed = feed
        self.feedUpkeep = feedUpkeep
        self.notifications = notifications
        self.staging = staging
        self.tree = tree
        self.trash = trash
        self.renditionStore = renditionStore
        self.inspector = inspector
        self.rewriter = rewriter
        self.renderer = renderer
        self.verifyPair = verifyPair
        self.room = room
        self.clock = clock
        self.expiryClock = expiryClock ?? clock
        self.trashClock = trashClock ?? self.expiryClock
        self.now = now
    }
}
