package import MediaCore
package import MediaEngine

extension MediaServer {
    /// What the controllers call.
    package struct UseCases: Sendable {
        package var uploads: UploadService
        package var resumableUploads: ResumableUploadService
        package var files: FileService
        package var renditions: RenditionService
        package var links: LinkService
        package var trash: TrashService
        /// How much was in the trash at the last look; nil while that is not known.
        package var trashTotals: @Sendable () -> TrashTotals?
        /// Gives the right to one upload away.
        package var grants: GrantService
        package var hotFiles: HotFileCache
        /// Decides who may do what.
        package var access: AccessService
        /// What is told of changes.
        package var events: EventUseCases
        package var catalog: any Catalog
        package var storage: any StorageHealth
        /// False until the schema is up to date and what a crash left open is settled.
        package var isPrepared: @Sendable () -> Bool
        /// Fails where database and storage root do not belong together.
        package var verifyPair: PairVerification
        /// How full the database's queue of notifications is, from 0 to 1; nil where that is not known.
        package var notificationQueueUsage: @Sendable () -> Double?
        /// Nil where there are none.
        package var webhooks: WebhookService?
        /// What happened with them.
        package var webhookCounts: @Sendable () -> WebhookCounts.Snapshot

        package init(
            uploads: UploadService,
            resumableUploads: ResumableUploadService,
            files: FileService,
            renditions: RenditionService,
            links: LinkService,
            trash: TrashService,
            grants: GrantService,
            hotFiles: HotFileCache,
            access: AccessService,
            events: EventUseCases,
            catalog: any Catalog,
            storage: any StorageHealth,
            isPrepared: @escaping @Sendable () -> Bool,
            verifyPair: @escaping PairVerification = {},
            trashTotals: @escaping @Sendable () -> TrashTotals? = { nil },
            notificationQueueUsage: @escaping @Sendable () -> Double? = { nil },
            webhooks: WebhookService? = nil,
            webhookCounts: @escaping @Sendable () -> WebhookCounts.Snapshot = { .init() }
        ) {
            self.uploads = uploads
            self.resumableUploads = resumableUploads
            self.files = files
            self.renditions = renditions
            self.links = links
            self.trash = trash
            self.trashTotals = trashTotals
            self.grants = grants
            self.hotFiles = hotFiles
            self.access = access
            self.events = events
            self.catalog = catalog
            self.storage = storage
            self.isPrepared = isPrepared
            self.verifyPair = verifyPair
            self.notificationQueueUsage = notificationQueueUsage
            self.webhooks = webhooks
            self.webhookCounts = webhookCounts
        }
    }
}
