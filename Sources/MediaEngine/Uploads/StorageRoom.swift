import MediaCore

/// Whether the disk has room for bytes that are announced, beside those that open uploads have reserved: resumable ones in the
/// catalog, plain ones of this process in its memory.
///
/// What plain uploads of another daemon on the same root will still write is not known here. What is written is bounded once more
/// where it is written.
struct StorageRoom: Sendable {
    /// What the tree and all open uploads may still take, what open uploads have received included.
    let room: @Sendable () async throws(MediaError) -> ByteCount
    let catalog: any UploadCatalog
    private let ledger = RoomLedger()

    init(room: @escaping @Sendable () async throws(MediaError) -> ByteCount, catalog: any UploadCatalog) {
        self.room = room
        self.catalog = catalog
    }

    /// Below this part of the room, a file is taken without asking what others have reserved in the catalog.
    private static let smallPart: Int64 = 64

    /// Room for all open resumable uploads together, those counted that are there already.
    func forUploads() async throws(MediaError) -> ByteCount {
        let room = try await self.room().bytes
        return ByteCount(bytes: max(0, room) - min(max(0, room), await self.ledger.open()))
    }

    /// - Throws: `storage_full` when so many more bytes do not fit.
    func check(growth: ByteCount) async throws(MediaError) { try await self.check(growth, beside: self.ledger.open()) }

    /// Keeps room for a plain upload, exactly: of two that come at once, and of which one fits, the earlier one gets it.
    /// - Returns: the room, until it is ended or nobody holds it any more.
    /// - Throws: `storage_full`.
    func promise(_ size: ByteCount) async throws(MediaError) -> RoomPromise {
        let number = self.ledger.enter(size)
        let promise = RoomPromise(self.ledger, number: number)
        try await self.check(size, beside: self.ledger.open(before: number))
        return promise
    }

    private func check(_ growth: ByteCount, beside promised: Int64) async throws(MediaError) {
        guard growth.bytes > 0 else { return }
        let all = try await self.room().bytes
        let room = all - min(max(0, all), promised)
        guard growth.bytes <= room else { throw Self.isFull(for: growth) }
        guard growth.bytes > room / Self.smallPart else { return }
        let reserved = try await self.catalog.reservedBytes()
        guard growth.bytes <= room - min(reserved.bytes, room) else { throw Self.isFull(for: growth) }
    }

    static func isFull(for growth: ByteCount) -> MediaError {
        MediaError(
            .storageFull,
            "The disk has no room for \(growth) more, beside other uploads under way. Free some space and try again."
        )
    }
}
