import CLinux
import Glibc
import MediaCore

extension DiskUploadFile {
    func concatenate(_ parts: [UploadID]) async throws(MediaError) {
        // Until the end nothing counts: whatever cuts this off, it begins anew.
        try await self.store.io.runToEnd { () throws(MediaError) in
            guard try self.data.status().st_nlink == 1 else {
                throw MediaError(.uploadComplete, "The upload is complete; nothing can be appended.")
            }
            try self.checkpoints.write(self.beginning(isVerifying: true), durably: true)
            try self.data.truncate(to: 0)
        }
        do throws(MediaError) {
            var position = self.beginning(isVerifying: false)
            for id in parts { position = try await self.append(id, after: position) }
            let whole = position
            try await self.store.io.run { () throws(MediaError) in
                try self.data.synchronizeData()
                try self.checkpoints.write(whole, durably: true)
            }
        } catch {
            try? await self.store.io.runToEnd { () throws(MediaError) in
                // A checkpoint that failed may still have reached the file.
                try self.checkpoints.write(self.beginning(isVerifying: true), durably: false)
                // The space is wanted back now rather than with the next attempt.
                try self.data.truncate(to: 0)
            }
            guard !Task.isCancelled else {
                throw MediaError(.uploadInterrupted, "The concatenation was stopped.", cause: CancellationError())
            }
            throw error
        }
    }

    private func beginning(isVerifying: Bool) -> Checkpoint.Position {
        var position = Checkpoint.Position.start(boot: self.store.boot)
        position.isVerifying = isVerifying
        return position
    }

    /// Copies one part behind `position`, a stretch per turn on an I/O thread.
    /// - Returns: where the next part goes.
    private func append(
        _ id: UploadID,
        after start: Checkpoint.Position
    ) async throws(MediaError) -> Checkpoint.Position {
        let (part, content) = try await self.store.io.run { () throws(MediaError) in try self.openPart(id) }
        let length = content.offset.bytes
        // The hash of the first part is known from its own checkpoint; bytes behind it have to be read.
        let isFirst = start.offset.bytes == 0
        var hasher = isFirst ? content.hasher : start.hasher
        var done: Int64 = 0
        while done < length {
            // Each turn ends here when the task is cancelled.
            let (before, from, to) = (hasher, done, min(length, done + Self.stretchBytes))
            hasher = try await self.store.io.run { () throws(MediaError) in
                try self.copy(part, from: from, to: to, shift: start.offset.bytes)
                var hasher = before
                if !isFirst { try part.scan(from: from, to: to) { hasher.update($0) } }
                return hasher
            }
            done = to
        }
        var end = start
        end.offset = ByteCount(bytes: start.offset.bytes + length)
        end.hasher = hasher
        return end
    }

    /// A finished upload's data, and what its checkpoint says of them. It is read without its lock: a finished upload does not
    /// change, and one that is removed stays readable until it is closed.
    private func openPart(_ id: UploadID) throws(MediaError) -> (data: Descriptor, content: Checkpoint.Position) {
        do throws(MediaError) {
            let folder = try self.store.folders.open(beneath: id.text, flags: O_RDONLY | O_DIRECTORY)
            let data = try folder.open(beneath: DiskUploadStore.dataName, flags: O_RDONLY | O_NONBLOCK)
            guard let checkpoint = try CheckpointFile.peek(in: folder) else { throw DiskUploadStore.unknown() }
            guard Int64(try data.status().st_size) == checkpoint.position.offset.bytes else {
                throw MediaError(.unusablePart, "An upload to be concatenated is still receiving bytes.")
            }
            return (data, checkpoint.position)
        } catch  where error.code == .notFound {
            throw DiskUploadStore.unknown(error)
        }
    }

    /// Copies a stretch of a part to the same place plus `shift`.
    private func copy(_ part: Descriptor, from start: Int64, to end: Int64, shift: Int64) throws(MediaError) {
        var offset = start
        while offset < end {
            let count = clinux_copy_range(
                part.raw,
                off_t(offset),
                self.data.raw,
                off_t(offset + shift),
                Int(end - offset)
            )
            if count > 0 {
                offset += Int64(count)
                continue
            }
            let code = count == 0 ? EIO : errno
            switch code {
            case EINTR: continue
            case EXDEV, EINVAL, EOPNOTSUPP, ENOSYS:
                try self.copyByHand(part, from: offset, to: end, shift: shift)
                offset = end
            default: throw SystemCall.error("copy_file_range", code)
            }
        }
        self.data.startWriteback(start + shift..<end + shift)
    }

    /// For file systems that cannot copy by themselves.
    private func copyByHand(_ part: Descriptor, from start: Int64, to end: Int64, shift: Int64) throws(MediaError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset = start
        while offset < end {
            let count = min(Int64(try part.read(into: &buffer, at: offset)), end - offset)
            guard count > 0 else { throw SystemCall.error("read", EIO) }
            try self.data.write(buffer[..<Int(count)], at: offset + shift)
            offset += count
        }
    }
}
