import Logging
import MediaCore
import MediaEngine
import MediaStorage
import MediaTesting
import NIOPosix

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// One process of the daemon, put together on a real tree and a catalog in memory. Several on one root and one catalog are
/// several processes.
struct House: Sendable {
    let root: TemporaryRoot
    let memory: InMemoryCatalog
    let plan: FaultPlan
    let catalog: any Catalog
    let staging: any Staging
    let tree: any FileTree
    let renditions: any RenditionStore
    let unsettled: UnsettledIntents
    let commits: CommitService
    let files: FileService
    let uploads: UploadService
    let resumable: ResumableUploadService
    let recovery: RecoveryService
    let adoption: AdoptionService

    init(
        _ root: TemporaryRoot,
        _ memory: InMemoryCatalog = InMemoryCatalog(),
        plan: FaultPlan = .harmless(),
        maximumWaitersPerName: Int = 32,
        uploadSettings: UploadSettings = .forTests(),
        observe: @escaping CommitObserver = { _ in },
        uploadClock: @escaping WallClock = { Timestamp.now() }
    ) throws {
        self.root = root
        self.memory = memory
        self.plan = plan
        let disk = try DiskStorage(layout: StorageLayout(root: root.path), io: BlockingIO(pool: .singleton))
        let staging = FaultyStaging(disk.staging, plan: plan)
        let tree = FaultyFileTree(disk.tree, plan: plan)
        let renditions = FaultyRenditionStore(disk.renditions, plan: plan)
        let catalog = FaultyCatalog(memory, plan: plan)
        (self.staging, self.tree, self.renditions) = (staging, tree, renditions)
        self.catalog = catalog
        self.unsettled = UnsettledIntents(retryInterval: .milliseconds(2), logger: quietLogger)
        let commits = CommitService(
            catalog: catalog,
            staging: staging,
            tree: tree,
            unsettled: self.unsettled,
            maximumWaitersPerName: maximumWaitersPerName,
            clock: { Timestamp.now() },
            observe: observe,
            logger: quietLogger
        )
        self.commits = commits
        // Weak: a house that nobody holds any more is a process that is gone, and must let go of its lock.
        self.unsettled.onSettle { [weak commits] intent in try await commits?.settle(intent) }
        let files = FileService(
            catalog: catalog,
            tree: tree,
            commits: commits,
            cacheCapacity: 100,
            clock: { Timestamp.now() },
            removed: { _ in }
        )
        self.files = files
        let uploads = UploadService(
            collections: Self.collections,
            catalog: catalog,
            staging: staging,
            inspector: StubInspector(),
            rewriter: StubRewriter(),
            commits: commits,
            limits: Self.limits,
            clock: { Timestamp.now() },
            published: { _ in }
        )
        self.uploads = uploads
        self.resumable = ResumableUploadService(
            settings: uploadSettings,
            uploads: uploads,
            catalog: catalog,
            store: FaultyUploadStore(try disk.uploadStore(checkpointSize: .mebibytes(64)), plan: plan),
            clock: uploadClock,
            logger: quietLogger
        )
        self.recovery = RecoveryService(
            catalog: catalog,
            staging: staging,
            renditions: renditions,
            commits: commits,
            logger: quietLogger
        )
        self.adoption = AdoptionService(
            collections: Self.collections,
            catalog: catalog,
            tree: tree,
            inspector: StubInspector(),
            limits: Self.limits,
            clock: { Timestamp.now() }
        )
    }

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
