import Glibc
package import MediaCore
import Synchronization

/// A tree as an object store would give it: content is fetched by range into a sparse local file, and the store's token tells its
/// versions apart, while its times say nothing.
///
/// The files are those of another tree, in which they are changed as well. Reading and hashing is left to that tree, which sees
/// content that is not local. What it does to fetch blocks for a small read: for tests only.
///
///     let tree = RangedFileTree(disk.tree)
///     let content = try await tree.open(path)
///     content.local == nil
///     try await content.file(holding: 5..<9)    // the other bytes of this file are zeros
package final class RangedFileTree: FileTree {
    private let base: any FileTree
    private let fetched = Mutex<[Range<Int64>]>([])

    /// - Parameter base: a tree whose content is local.
    package init(_ base: any FileTree) { self.base = base }

    /// The ranges that were fetched so far, in their order.
    package var fetchedRanges: [Range<Int64>] { self.fetched.withLock { $0 } }

    package func open(_ path: MediaPath) async throws(MediaError) -> Content {
        let content = try await self.base.open(path)
        let digest = try await self.base.digest(of: content)
        let identity = FileIdentity(
            size: content.size,
            // Another one each time: a store need not keep the time of a file.
            modifiedAt: Timestamp(microseconds: .random(in: 0...1_000_000)),
            token: VersionToken("etag-\(digest.prefix)")
        )
        let object = try FetchedObject(try await content.file(), identity: identity) { range in
            self.fetched.withLock { $0.append(range) }
        }
        return Content(object)
    }

    package func publish(_ staged: String, owner: String, to path: MediaPath, replacing: Bool) async throws(MediaError)
    {
        try await self.base.publish(staged, owner: owner, to: path, replacing: replacing)
    }

    package func synchronizeFolder(of path: MediaPath) async throws(MediaError) {
        try await self.base.synchronizeFolder(of: path)
    }

    package func remove(_ path: MediaPath) async throws(MediaError) { try await self.base.remove(path) }

    package func entries(under folder: MediaPath.Folder?) -> AsyncThrowingStream<TreeEntry, any Error> {
        self.base.entries(under: folder)
    }

    package func bytes(_ range: Range<Int64>, of content: Content) async throws(MediaError) -> [UInt8] {
        try await self.base.bytes(range, of: content)
    }

    package func digest(of content: Content) async throws(MediaError) -> Digest {
        try await self.base.digest(of: content)
    }
}

/// One version of a file, of which only the ranges that were asked for are in a local file.
private final class FetchedObject: RangedContent {
    let identity: FileIdentity
    private let source: OpenFile
    private let local: OpenFile
    private let onFetch: @Sendable (Range<Int64>) -> Void

    init(
        _ source: OpenFile,
        identity: FileIdentity,
        onFetch: @escaping @Sendable (Range<Int64>) -> Void
    ) throws(MediaError) {
        self.identity = identity
        self.source = source
        self.onFetch = onFetch
        var template = Array("/tmp/mediad-object-XXXXXX".utf8CString)
        let descriptor = template.withUnsafeMutableBufferPointer { name in
            let descriptor = name.baseAddress.map { mkstemp($0) } ?? -1
            // It lives as long as its descriptor.
            if descriptor >= 0, let path = name.baseAddress { unlink(path) }
            return descriptor
        }
        guard descriptor >= 0, ftruncate(descriptor, off_t(identity.size.bytes)) == 0 else {
            throw MediaError(.storageUnavailable, "No local file could be made (errno \(errno)).")
        }
        self.local = OpenFile(descriptor: descriptor, identity: identity) { close($0) }
    }

    func file(holding range: Range<Int64>) async throws(MediaError) -> OpenFile {
        self.onFetch(range)
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = pread(self.source.descriptor, &bytes, bytes.count, off_t(range.lowerBound))
        guard count == bytes.count, pwrite(self.local.descriptor, bytes, count, off_t(range.lowerBound)) == count else {
            throw MediaError(.storageUnavailable, "The range could not be fetched (errno \(errno)).")
        }
        return self.local
    }
}
