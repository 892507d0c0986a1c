import MediaCore

/// Whether the disk has room for bytes that are announced, beside those that open uploads have reserved.
///
/// As exact as the other bounds of the staging area: of several requests at once each may see the same room. What is written is
/// bounded once more where it is written.
struct StorageRoom: Sendable {
    /// What the tree and all open uploads may still take, what open uploads have received included.
    let room: @Sendable () async throws(MediaError) -> ByteCount
    let catalog: any UploadCatalog

    /// Below this part of the room, a file is taken without asking what others have reserved.
    private static let smallPart: Int64 = 64

    /// - Throws: `storage_full` when so many more bytes do not fit.
    func check(growth: ByteCount) async throws(MediaError) {
        guard growth.bytes > 0 else { return }
        let room = try await self.room()
        guard growth.bytes <= room.bytes else { throw Self.isFull(for: growth) }
        guard growth.bytes > room.bytes / Self.smallPart else { return }
        let reserved = try await self.catalog.reservedBytes()
        guard growth.bytes <= room.bytes - min(reserved.bytes, room.bytes) else { throw Self.isFull(for: growth) }
    }

    private static func isFull(for growth: ByteCount) -> MediaError {
        MediaError(
            .storageFull,
            "The disk has no room for \(growth) more, beside other uploads under way. Free some space and try again."
        )
    }
}
