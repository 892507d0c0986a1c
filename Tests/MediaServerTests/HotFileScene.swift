import Glibc
import HTTPSemantics
import HTTPTypes
import MediaCore
import NIOCore
import NIOPosix
import Testing

@testable import MediaServer

/// A cache on real threads, and files to put into it.
struct HotFileScene {
    let cache: HotFileCache
    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        return pool
    }()

    init(files: Int = 100, bodyBytes: Int = 1024, totalBodyBytes: Int = 1 << 20, isTrusted: Bool = true) {
        self.cache = HotFileCache(
            limits: .init(files: files, bodyBytes: bodyBytes, totalBodyBytes: totalBodyBytes),
            blockingPool: Self.pool
        )
        if isTrusted { self.cache.changesAreHeard(true) }
    }

    /// A file with these bytes, open and without a name.
    static func open(_ bytes: [UInt8]) throws -> OpenFile {
        var name = Array("/tmp/mediad-hot-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        try #require(descriptor >= 0)
        unlink(name)
        try #require(write(descriptor, bytes, bytes.count) == bytes.count)
        let identity = FileIdentity(size: ByteCount(bytes: Int64(bytes.count)), modifiedAt: Timestamp(microseconds: 0))
        return OpenFile(descriptor: descriptor, identity: identity) { close($0) }
    }

    static func candidate(
        _ name: String,
        _ bytes: [UInt8],
        tag: String = "v1",
        acceptance: PictureAcceptance? = nil,
        lastModified: Int64 = 0
    ) throws -> HotFile.Candidate {
        HotFile.Candidate(
            target: "/files/posters/\(name)",
            acceptance: acceptance,
            path: MediaPath(trusted: "posters/\(name)"),
            file: try Self.open(bytes),
            representation: Representation(
                contentType: "image/jpeg",
                length: Int64(bytes.count),
                entityTag: EntityTag(opaque: tag),
                lastModified: lastModified
            ),
            commonFields: [:],
            digest: nil,
            pace: nil
        )
    }

    /// Puts a file in and waits until it can be found.
    @discardableResult
    func keep(
        _ name: String,
        _ bytes: [UInt8],
        tag: String = "v1",
        acceptance: PictureAcceptance? = nil
    ) throws -> HotFileKey {
        let candidate = try Self.candidate(name, bytes, tag: tag, acceptance: acceptance)
        self.cache.admit(candidate, since: self.cache.generation)
        try self.settle()
        return candidate.key
    }

    /// Waits until nothing is being read any more.
    func settle() throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while self.cache.isAdmitting { try #require(ContinuousClock.now < deadline) }
    }

    func change(_ name: String) { self.cache.fileChanged(at: MediaPath(trusted: "posters/\(name)")) }
}
