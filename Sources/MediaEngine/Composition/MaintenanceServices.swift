package import Logging
import MediaCore

/// The part of the engine that maintenance commands need, and that ``EngineServices`` is built on: commits, and what brings
/// tree and catalog back into agreement. Nothing runs until it is called.
package struct MaintenanceServices: Sendable {
    /// The adapters that the services use.
    package let ports: EnginePorts
    /// The bounds and rules that the services apply.
    package let settings: EngineSettings
    /// Where the services log.
    package let logger: Logger
    /// The commits of this process that could not be ended yet.
    package let unsettled: UnsettledIntents
    /// Publishes and removes files.
    package let commits: CommitService
    /// Ends what this process's own commits leave open; runs in the daemon only.
    package let commitRetrier: CommitRetrier
    /// Ends the commits that ended processes left open, and removes what they left in the staging area.
    package let recovery: RecoveryService
    /// Ends what `media.delete()` began.
    package let removals: RemovalSettler
    let sweeper: TrashSweeper
    let observe: CommitObserver
    /// Records files that lie in the tree without a record.
    package let adoption: AdoptionService

    /// - Parameter observe: told of each step of a commit; for crash tests.
    package init(
        ports: EnginePorts,
        settings: EngineSettings,
        observe: @escaping CommitObserver = { _ in },
        logger: Logger
    ) {
        self.ports = ports
        self.settings = settings
        self.logger = logger
        self.unsettled = UnsettledIntents(uncertainty: settings.statementUncertainty, logger: logger)
        self.commits = CommitService(
            catalog: ports.catalog,
            staging: ports.staging,
            tree: ports.tree,
            trash: ports.trash,
            trashCatalog: ports.trashCatalog,
            unsettled: self.unsettled,
            maximumWaitersPerName: settings.waitersPerName,
            ownerQuota: settings.uploads.quota.owner,
            clock: ports.clock,
            observe: observe,
            logger: logger
        )
        self.commitRetrier = CommitRetrier(
            unsettled: self.unsettled,
            commits: self.commits,
            interval: settings.retryInterval,
            logger: logger
        )
        self.recovery = RecoveryService(
            catalog: ports.catalog,
            staging: ports.staging,
            renditions: ports.renditionStore,
            commits: self.commits,
            verifyPair: ports.verifyPair,
            logger: logger
        )
        self.observe = observe
        self.removals = RemovalSettler(
            catalog: ports.catalog,
            staging: ports.staging,
            commits: self.commits,
            verifyPair: ports.verifyPair,
            logger: logger
        )
        self.sweeper = TrashSweeper(
            catalog: ports.trashCatalog,
            store: ports.trash,
            clock: ports.trashClock,
            observe: observe,
            logger: logger
        )
        self.adoption = AdoptionService(
            collections: settings.collections,
            catalog: ports.catalog,
            tree: ports.tree,
            inspector: ports.inspector,
            limits: settings.pictures.limits,
            clock: ports.clock
        )
    }

    /// What commands do with the trash. Other processes hear of a restored file from the database.
    package var trash: TrashService {
        TrashService(
            catalog: self.ports.trashCatalog,
            records: self.ports.catalog,
            store: self.ports.trash,
            commits: self.commits,
            removals: self.removals,
            changes: ChangeDispatcher(subscribers: [], stamper: nil),
            observe: self.observe
        )
    }

    /// A comparison of tree and catalog.
    package func fsck(_ options: FsckService.Options) -> FsckService {
        FsckService(
            catalog: self.ports.catalog,
            staging: self.ports.staging,
            tree: self.ports.tree,
            recovery: self.recovery,
            adoption: self.adoption,
            trash: TrashCheck(
                catalog: self.ports.trashCatalog,
                store: self.ports.trash,
                records: self.ports.catalog,
                sweeper: self.sweeper
            ),
            options: options
        )
    }
}
