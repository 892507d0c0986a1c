import FeedServing
import Logging
import MediaCore
import MediaEngine
import MediaStorage
import MediaTesting
import NIOPosix

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// One process of the daemon: the engine as the composition root puts it together, on a real tree, a catalog in memory and
/// stubs for the workers, with a fault plan around each port. Several on one root and one catalog are several processes.
struct EngineFixture: Sendable {
    let root: TemporaryRoot
    let memory: InMemoryCatalog
    let plan: FaultPlan
    let engine: EngineServices

    /// - Parameters:
    ///   - caches: further subscribers to changes.
    ///   - observe: told of each step of a commit.
    ///   - uploadClock: the time of day.
    ///   - expiryClock: that by which uploads expire; the same unless it is given.
    ///   - tree: puts another tree in front of the one on disk.
    ///   - adjust: changes the settings before the engine is made.
    init(
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog = InMemoryCatalog(),
        plan: FaultPlan = .harmless(),
        renderer: any Renderer = StubRenderer(),
        uploadSettings: UploadSettings = .forTests(),
        caches: [any ChangeSubscriber] = [],
        observe: @escaping CommitObserver = { _ in },
        uploadClock: @escaping WallClock = { Timestamp.now() },
        expiryClock: WallClock? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        tree: (any FileTree) -> any FileTree = { $0 },
        adjust: (inout EngineSettings) -> Void = { _ in }
    ) throws {
        self.root = root
        self.memory = memory
        self.plan = plan
        let disk = try DiskStorage(layout: StorageLayout(root: root.path), io: BlockingIO(pool: .singleton))
        let catalog = FaultyCatalog(memory, plan: plan)
        let ports = EnginePorts(
            catalog: catalog,
            links: catalog,
            trashCatalog: catalog,
            uploadCatalog: catalog,
            feed: memory,
            feedUpkeep: memory,
            notifications: memory,
            staging: FaultyStaging(disk.staging, plan: plan),
            tree: tree(FaultyFileTree(disk.tree, plan: plan)),
            trash: FaultyTrashStore(disk.trash, plan: plan),
            renditionStore: FaultyRenditionStore(disk.renditions, plan: plan),
            inspector: StubInspector(),
            rewriter: StubRewriter(),
            renderer: renderer,
            clock: uploadClock,
            expiryClock: expiryClock,
            now: now
        )
        var settings = EngineSettings.forTests(uploads: uploadSettings)
        adjust(&settings)
        self.engine = EngineServices(
            MaintenanceServices(ports: ports, settings: settings, observe: observe, logger: quietLogger),
            uploadStore: FaultyUploadStore(try disk.uploadStore(checkpointSize: .mebibytes(64)), plan: plan),
            caches: caches
        )
    }

    var catalog: any Catalog { self.engine.maintenance.ports.catalog }
    var staging: any Staging { self.engine.maintenance.ports.staging }
    var tree: any FileTree { self.engine.maintenance.ports.tree }
    var renditionStore: any RenditionStore { self.engine.maintenance.ports.renditionStore }
    var unsettled: UnsettledIntents { self.engine.maintenance.unsettled }
    var commits: CommitService { self.engine.maintenance.commits }
    var recovery: RecoveryService { self.engine.maintenance.recovery }
    var adoption: AdoptionService { self.engine.maintenance.adoption }
    var changes: ChangeDispatcher { self.engine.changes }
    var follower: FeedFollower { self.engine.follower }
    var files: FileService { self.engine.files }
    var renditions: RenditionService { self.engine.renditions }
    var trash: TrashService { self.engine.trash }
    var uploads: UploadService { self.engine.uploads }
    var resumables: ResumableUploads { self.engine.resumableUploads }
}

extension EngineSettings {
    /// Bounds that no test meets unless it sets them.
    static func forTests(uploads: UploadSettings) -> EngineSettings {
        EngineSettings(
            cachedRecords: 100,
            maximumExamined: 1000,
            waitersPerName: 32,
            retryInterval: .milliseconds(2),
            statementUncertainty: .zero,
            fillInPause: .zero,
            collections: EngineFixture.collections,
            pictures: PictureRules(limits: EngineFixture.limits),
            warmingQueue: 10,
            storyboards: Storyboard.Rules(),
            renditions: Renditions(
                maximumSize: .gibibytes(1),
                sweepInterval: .milliseconds(5),
                failureLifetime: .seconds(60)
            ),
            uploads: uploads,
            feed: FeedPruner.Limits(retention: .seconds(3600), maximumChanges: 1000)
        )
    }
}

extension EngineFixture {
    static let limits = ImageLimits(maximumPixels: 1_000_000, maximumFrames: 10)
    static let presets = [Preset(name: "w92", width: 92), Preset(name: "w342", width: 342)]
    static let collections = [
        MediaCollection(
            name: "posters",
            allowedTypes: ["image/jpeg", "image/png"],
            maximumSize: ByteCount(bytes: 1000),
            naming: .optional,
            replacing: .always,
            presets: presets
        ),
        MediaCollection(
            name: "avatars",
            allowedTypes: ["image/*"],
            maximumSize: ByteCount(bytes: 1000),
            naming: .optional,
            replacing: .always,
            presets: presets,
            stripsPrivateMetadata: true
        ),
        MediaCollection(
            name: "videos",
            allowedTypes: ["video/*"],
            maximumSize: .mebibytes(1),
            naming: .required,
            replacing: .onRequest,
            presets: []
        ),
        MediaCollection(
            name: "receipts",
            allowedTypes: ["application/pdf"],
            maximumSize: .mebibytes(1),
            naming: .generated,
            replacing: .never,
            presets: []
        ),
        MediaCollection(
            name: "documents",
            allowedTypes: ["application/pdf", "application/octet-stream"],
            maximumSize: .mebibytes(1),
            naming: .optional,
            replacing: .never,
            presets: []
        ),
    ]
}
