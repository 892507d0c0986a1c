import CLinux
import Glibc
package import MediaCore

/// The storage root on a Linux file system. Alone in the project it touches the tree.
///
/// Every path below the root is resolved by the kernel with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS` (openat2(2), Linux 5.6):
/// no name, link or race leads out of the tree.
package struct DiskFileStore: FileStore {
    let layout: StorageLayout
    let io: BlockingIO
    let area: StagingArea

    /// Opens the storage root and makes this process's staging folder.
    package init(layout: StorageLayout, io: BlockingIO) throws(MediaError) {
        self.layout = layout
        self.io = io
        self.area = try StagingArea(in: layout.staging, now: Timestamp.now())
    }

    package var owner: String { self.area.owner }

    // MARK: Health and bytes

    package func probe() async throws(MediaError) {
        let staged = try await self.stage()
        do {
            try await staged.append(Array("probe".utf8))
            _ = try await staged.synchronize()
        } catch {
            await staged.discard()
            throw error
        }
        await staged.discard()
        _ = try await self.io.run { () throws(MediaError) in try self.layout.files.status() }
    }

    package func digest(of file: OpenFile) async throws(MediaError) -> Digest {
        // One stretch per turn on an I/O thread, so that a film being hashed does not keep a thread for a minute.
        let stretch = 32 << 20
        var hasher = ContentHasher()
        var offset: Int64 = 0
        while true {
            let state = (hasher, offset)
            let (next, count) = try await self.io.run { () throws(MediaError) in
                try Self.hash(file.descriptor, from: state.1, atMost: stretch, into: state.0)
            }
            hasher = next
            offset += Int64(count)
            if count < stretch { break }
        }
        return try hasher.finalize()
    }

    private static func hash(
        _ descriptor: Int32,
        from start: Int64,
        atMost limit: Int,
        into hasher: ContentHasher
    ) throws(MediaError) -> (ContentHasher, Int) {
        var hasher = hasher
        var done = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while done < limit {
            let wanted = min(buffer.count, limit - done)
            let count = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, wanted, off_t(start) + off_t(done))
            }
            if count < 0 {
                guard errno == EINTR else { throw SystemCall.error("read", errno) }
                continue
            }
            if count == 0 { break }
            buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            done += count
        }
        return (hasher, done)
    }
}
