import MediaCore
import MediaStorage
import MediaTesting
import NIOPosix

@testable import MediaEngine

/// The parts of resumable uploads that need no other use case, each to be tested alone, on a real tree and a catalog in memory.
struct UploadParts: Sendable {
    let root: TemporaryRoot
    let catalog: InMemoryCatalog
    let store: any UploadStore
    let records: UploadRecords
    let leases: UploadLeases
    let quota: StagingQuota
    let room: StorageRoom
    let transfers: UploadTransfers

    init(
        _ root: TemporaryRoot,
        _ catalog: InMemoryCatalog = InMemoryCatalog(),
        maximumTransfers: Int = 10,
        takeoverTimeout: Duration = .seconds(20),
        maximumStagingSize: ByteCount = .gibibytes(1),
        room: @escaping @Sendable () async throws(MediaError) -> ByteCount = { ByteCount(bytes: .max) }
    ) throws {
        self.root = root
        self.catalog = catalog
        let disk = try DiskStorage(layout: StorageLayout(root: root.path), io: BlockingIO(pool: .singleton))
        self.store = try disk.uploadStore(checkpointSize: .mebibytes(64))
        self.records = UploadRecords(
            catalog: catalog,
            cachedUploads: 10,
            expiry: .seconds(24 * 3600),
            clock: { Timestamp.now() }
        )
        self.transfers = UploadTransfers(maximum: maximumTransfers)
        self.leases = UploadLeases(
            store: self.store,
            catalog: catalog,
            records: self.records,
            transfers: self.transfers,
            takeoverTimeout: takeoverTimeout,
            clock: { Timestamp.now() }
        )
        self.room = StorageRoom(room: room, catalog: catalog)
        self.quota = StagingQuota(
            limits: UploadQuota(maximumOpenPerClient: 100, maximumStagingSize: maximumStagingSize),
            room: self.room,
            catalog: catalog,
            records: self.records,
            clock: { Timestamp.now() }
        )
    }

    /// A new upload with its files and its record.
    func make(_ length: Int?, to collection: String = "documents") async throws -> Upload {
        let now = Timestamp.now()
        let upload = Upload(
            id: UploadID(),
            transport: .tus,
            length: length.map { ByteCount(bytes: Int64($0)) },
            target: .init(collection: collection),
            client: "somebody",
            createdAt: now,
            expiresAt: self.records.expiry(after: now)
        )
        try await self.store.create(upload.id)
        try await self.quota.admit(upload)
        return upload
    }

    /// Acquires the bytes of an upload, which nobody holds.
    func hold(_ id: UploadID) async throws -> any UploadFile {
        guard let file = try await self.store.acquire(id) else { throw MediaError(.uploadLocked, "somebody holds it") }
        return file
    }
}
