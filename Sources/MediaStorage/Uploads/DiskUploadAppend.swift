import CLinux
import Glibc
import MediaCore
import Synchronization

/// One request's bytes on their way to the disk, hashed while they are written.
///
/// One task or thread at a time uses it; the lock is there because they change, and is not held during a system call.
final class DiskUploadAppend: UploadAppend {
    private let file: DiskUploadFile
    private let start: Checkpoint.Position
    /// The data have another name: they are, or are about to become, a file of the tree.
    private let isShared: Bool
    private let state: Mutex<State>

    private struct State {
        /// Of all bytes of the upload, those of this request included.
        var hasher: ContentHasher
        var end: Int64
        var durable: Int64
        var writeback: Writeback
        /// The disk failed; nothing more counts.
        var isBroken = false

        init(from start: Checkpoint.Position) {
            self.hasher = start.hasher
            self.end = start.offset.bytes
            self.durable = start.offset.bytes
            self.writeback = Writeback(from: start.offset.bytes)
        }
    }

    init(to file: DiskUploadFile, isShared: Bool) {
        self.file = file
        self.start = file.checkpoints.position
        self.isShared = isShared
        self.state = Mutex(State(from: self.start))
    }

    var received: ByteCount { ByteCount(bytes: self.state.withLock { $0.end } - self.start.offset.bytes) }

    var durableOffset: ByteCount { ByteCount(bytes: self.state.withLock { $0.durable }) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        guard !bytes.isEmpty else { return }
        guard !self.isShared else {
            throw MediaError(.uploadComplete, "The upload is complete; nothing can be appended.")
        }
        let end = try self.end()
        if end == self.start.offset.bytes { try self.file.store.area.space.check() }
        try self.file.data.write(bytes, at: end) { stretch in
            // What was written counts, even if the next stretch fails.
            self.state.withLock { state in
                state.hasher.update(stretch)
                state.end += Int64(stretch.count)
            }
        }
        let (written, durable, stretch) = self.state.withLock { state in
            (state.end, state.durable, state.writeback.stretch(upTo: state.end))
        }
        if let stretch {
            self.file.data.startWriteback(stretch)
            try self.file.store.area.space.check()
        }
        if !self.start.isVerifying, written - durable >= self.file.store.checkpointSize.bytes { try self.makeDurable() }
    }

    func checksum(_ algorithm: ChecksumAlgorithm) async throws(MediaError) -> [UInt8] {
        var checksum = Checksum(algorithm)
        let end = self.state.withLock { $0.end }
        var offset = self.start.offset.bytes
        while offset < end {
            let (before, from, to) = (checksum, offset, min(end, offset + DiskUploadFile.stretchBytes))
            checksum = try await self.file.store.io.run { () throws(MediaError) in
                var checksum = before
                try self.file.data.scan(from: from, to: to) { checksum.update($0) }
                return checksum
            }
            offset = to
        }
        return try checksum.finalize()
    }

    func commit() async throws(MediaError) -> ByteCount {
        if try self.end() > self.durableOffset.bytes {
            try await self.file.store.io.runToEnd { () throws(MediaError) in try self.makeDurable() }
        }
        return self.durableOffset
    }

    func discard() async throws(MediaError) {
        try await self.file.store.io.runToEnd { () throws(MediaError) in
            let (end, durable) = self.state.withLock { ($0.end, $0.durable) }
            guard end > self.start.offset.bytes else { return }
            if durable > self.start.offset.bytes {
                // Takes back what was made durable on the way: the checkpoint first, or it would promise bytes that are gone.
                var position = self.start
                position.isVerifying = true
                try self.file.checkpoints.write(position, durably: true)
            }
            try self.file.data.truncate(to: self.start.offset.bytes)
            self.state.withLock { $0 = State(from: self.start) }
        }
    }

    /// Where the next byte goes.
    private func end() throws(MediaError) -> Int64 {
        let (end, isBroken) = self.state.withLock { ($0.end, $0.isBroken) }
        guard !isBroken else { throw SystemCall.error("fdatasync", EIO) }
        return end
    }

    private func makeDurable() throws(MediaError) {
        let (hasher, end) = self.state.withLock { ($0.hasher, $0.end) }
        do throws(MediaError) {
            try self.file.data.synchronizeData()
        } catch {
            // After a failure the kernel may take the lost pages for clean (fsync(2)); nobody may count them later.
            self.state.withLock { $0.isBroken = true }
            try? self.file.data.truncate(to: self.file.offset.bytes)
            throw error
        }
        var position = self.start
        position.offset = ByteCount(bytes: end)
        position.hasher = hasher
        position.isVerifying = false
        try self.file.checkpoints.write(position, durably: true)
        self.state.withLock { $0.durable = end }
    }
}
