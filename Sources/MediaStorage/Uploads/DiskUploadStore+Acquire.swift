import CLinux
import Glibc
package import MediaCore
import SystemPackage

extension DiskUploadStore {
    package func acquire(_ id: UploadID) async throws(MediaError) -> (any UploadFile)? {
        let file = try await self.io.run { () throws(MediaError) in try self.open(id) }
        guard let file else { return nil }
        do throws(MediaError) {
            try await file.recover()
        } catch {
            await file.release()
            throw error
        }
        return file
    }

    /// The upload as it lies there; nil while somebody else holds it.
    private func open(_ id: UploadID) throws(MediaError) -> DiskUploadFile? {
        do throws(MediaError) {
            guard let folder = try self.lock(id) else { return nil }
            let data = try folder.open(beneath: Self.dataName, flags: O_RDWR | O_NONBLOCK)
            let checkpoints = try CheckpointFile.open(in: folder, durable: self.durable[id])
            guard let checkpoints else { throw Self.unknown() }
            return DiskUploadFile(id, store: self, folder: folder, data: data, checkpoints: checkpoints)
        } catch  where error.code == .notFound {
            throw Self.unknown(error)
        }
    }
}

extension DiskUploadFile {
    /// Settles what lies beyond the last checkpoint, after a holder that was cut off.
    ///
    /// As long as the same kernel runs, all that a killed process wrote is in the page cache, so it counts, unless it had to be
    /// verified first. After another start of the kernel only the checkpoint can be relied on.
    func recover() async throws(MediaError) {
        var position = self.checkpoints.position
        let size = try await self.store.io.run { () throws(MediaError) in Int64(try self.data.status().st_size) }
        guard size >= position.offset.bytes else {
            throw MediaError(
                .storageUnavailable,
                "Bytes of this upload that were safe on the disk are gone. End the upload and begin a new one.",
                cause: FailedCall(operation: "length check", error: .ioError)
            )
        }
        guard size > position.offset.bytes else { return }
        guard position.boot == self.store.boot, !position.isVerifying else {
            let offset = position.offset.bytes
            return try await self.store.io.run { () throws(MediaError) in try self.data.truncate(to: offset) }
        }
        // One stretch per turn on an I/O thread.
        while position.offset.bytes < size {
            let (from, end) = (position, min(size, position.offset.bytes + Self.stretchBytes))
            position.hasher = try await self.store.io.run { () throws(MediaError) in
                var hasher = from.hasher
                try self.data.scan(from: from.offset.bytes, to: end) { hasher.update($0) }
                return hasher
            }
            position.offset = ByteCount(bytes: end)
        }
        let recovered = position
        try await self.store.io.run { () throws(MediaError) in
            try self.data.synchronizeData()
            try self.checkpoints.write(recovered, durably: true)
        }
    }
}
