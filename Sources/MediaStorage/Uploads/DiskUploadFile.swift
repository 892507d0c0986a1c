import Glibc
import MediaCore

/// An upload's bytes on disk, held by this object through the lock on their folder.
///
/// One task uses it; the state is in ``CheckpointFile``.
final class DiskUploadFile: UploadFile {
    let id: UploadID
    let store: DiskUploadStore
    let folder: Descriptor
    let data: Descriptor
    let checkpoints: CheckpointFile

    /// How much is hashed or copied per turn on an I/O thread, so that a long video does not keep one for a minute.
    static let stretchBytes: Int64 = 64 << 20

    init(
        _ id: UploadID,
        store: DiskUploadStore,
        folder: Descriptor,
        data: Descriptor,
        checkpoints: CheckpointFile
    ) {
        self.id = id
        self.store = store
        self.folder = folder
        self.data = data
        self.checkpoints = checkpoints
    }

    var offset: ByteCount { self.checkpoints.position.offset }

    func append(verified: Bool) async throws(MediaError) -> any UploadAppend {
        try await self.store.io.run { () throws(MediaError) in
            try self.prepare(verifying: verified)
            return DiskUploadAppend(to: self, isShared: try self.data.status().st_nlink > 1)
        }
    }

    /// Makes the disk say how the bytes that come next are to be taken when this process is killed.
    func prepare(verifying: Bool) throws(MediaError) {
        var position = self.checkpoints.position
        position.boot = self.store.boot
        if self.checkpoints.isUncertain {
            // The file may promise bytes that were never acknowledged, and that are about to be cut away.
            position.isVerifying = true
            try self.checkpoints.write(position, durably: false)
        }
        // What an earlier request left that was neither committed nor discarded.
        if Int64(try self.data.status().st_size) > position.offset.bytes {
            try self.data.truncate(to: position.offset.bytes)
        }
        let written = self.checkpoints.position
        guard written.boot != position.boot || written.isVerifying != verifying else { return }
        position.isVerifying = verifying
        // Not durably: it matters only as long as the page cache holds the bytes that it is about.
        try self.checkpoints.write(position, durably: false)
    }

    func stage() async throws(MediaError) -> any StagedFile {
        try await self.store.io.run { () throws(MediaError) in
            let position = self.checkpoints.position
            return try DiskStagedFile(
                linking: DiskUploadStore.dataName,
                of: self.folder,
                into: self.store.area,
                io: self.store.io,
                content: (position.offset.bytes, position.hasher)
            )
        }
    }

    func remove() async throws(MediaError) -> ByteCount {
        let freed = try await self.store.io.runToEnd { () throws(MediaError) in
            try self.store.remove(self.id, folder: self.folder)
        }
        await self.release()
        return freed
    }

    func release() async {
        self.store.durable[self.id] = self.checkpoints.durableSequence
        DiskUploadStore.unlock(self.folder)
    }
}
