import HTTPSemantics
package import MediaCore
import MediaEngine
import NIOCore
package import NIOPosix
import Synchronization
import SystemPackage

/// The files that are asked for again and again: open, and ready to be sent from the event loop.
///
/// Bounded in descriptors and in bytes. When it is full, the hand of a clock goes round, and whoever was not asked for since it
/// came by last makes room. Each event loop has an ``EventLoopFileCache`` of its own in front, so that a hit takes no lock.
package final class HotFileCache: Sendable {
    /// Every field is a configuration key (`files.*`).
    package struct Limits: Sendable {
        /// Open files at most; 0 switches the cache off.
        package var files: Int
        /// The largest file whose bytes are kept too.
        package var bodyBytes: Int
        /// All bytes that are kept.
        package var totalBodyBytes: Int

        /// - Parameter files: 0 switches the cache off.
        package init(files: Int, bodyBytes: Int, totalBodyBytes: Int) {
            self.files = files
            self.bodyBytes = bodyBytes
            self.totalBodyBytes = totalBodyBytes
        }
    }

    private let limits: Limits
    private let blockingPool: NIOThreadPool
    private let state = Mutex(State())

    /// Reads of small files that may be under way.
    private static let maximumAdmissions = 64

    /// - Parameter blockingPool: threads for reading the bytes of small files.
    package init(limits: Limits, blockingPool: NIOThreadPool) {
        self.limits = limits
        self.blockingPool = blockingPool
    }

    /// The cache of an event loop, made when it is first asked for. Called on the loop.
    ///
    /// Only the first call on a loop counts.
    ///
    /// - Parameters:
    ///   - allowsAllOrigins: whether pages of every site may read.
    ///   - access: decides about files that not everybody may read; nil where there are none.
    func eventLoopCache(
        on eventLoop: any EventLoop,
        allowsAllOrigins: Bool,
        access: AccessService? = nil
    ) -> EventLoopFileCache {
        self.state.withLock { state in
            if let cache = state.eventLoopCaches[ObjectIdentifier(eventLoop)] { return cache }
            let cache = EventLoopFileCache(cache: self, allowsAllOrigins: allowsAllOrigins, access: access)
            let bound = NIOLoopBound(cache, eventLoop: eventLoop)
            state.eventLoopCaches[ObjectIdentifier(eventLoop)] = bound
            return bound
        }.value
    }

    /// Keeps who comes with a credential, on the event loop of a connection.
    func remember(_ recognition: Recognition, on eventLoop: any EventLoop) {
        guard let cache = self.state.withLock({ $0.eventLoopCaches[ObjectIdentifier(eventLoop)] }) else { return }
        eventLoop.execute { cache.value.remember(recognition) }
    }

    /// All there are, for whoever counts.
    var eventLoopCaches: [NIOLoopBound<EventLoopFileCache>] {
        self.state.withLock { Array($0.eventLoopCaches.values) }
    }

    /// What is kept, for whoever counts.
    struct Size: Sendable {
        var files: Int
        var bodyBytes: Int
    }

    /// Whether files are on their way in.
    var isAdmitting: Bool { self.state.withLock { $0.admissions > 0 } }

    var size: Size { self.state.withLock { Size(files: $0.files.count, bodyBytes: $0.bodyBytes) } }

    /// The renditions among them, open: they are used, though nobody opens them.
    package var renditions: [OpenFile] {
        // Of originals alone the digest is known without reading them.
        self.state.withLock { state in state.files.values.filter { $0.digest == nil }.map(\.file) }
    }

    func file(_ key: HotFileKey) -> HotFile? { self.state.withLock { $0.files[key] } }

    // MARK: Coming

    /// A mark to be handed to ``admit(_:since:)``, taken before the file is opened.
    var generation: Int { self.state.withLock { $0.generation } }

    /// Takes a file in, when nothing changed since `generation` and it is not in already. Returns at once; the bytes of a small
    /// file are read on another thread.
    func admit(_ candidate: HotFile.Candidate, since generation: Int) {
        let length = candidate.representation.length
        let isSmall = length <= self.limits.bodyBytes
        let isWanted = self.state.withLock { state in
            guard self.limits.files > 0, state.isTrusted, state.generation == generation,
                state.files[candidate.key] == nil, state.admissions < Self.maximumAdmissions
            else { return false }
            state.admissions += 1
            return true
        }
        guard isWanted else { return }
        guard isSmall else { return self.put(HotFile(candidate, body: nil), since: generation) }
        self.blockingPool.submit { state in
            let body = state == .active ? Self.bytes(of: candidate.file, length: Int(length)) : nil
            self.put(HotFile(candidate, body: body), since: generation)
        }
    }

    private static func bytes(of file: OpenFile, length: Int) -> ByteBuffer? {
        var buffer = ByteBuffer()
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
            let room = UnsafeMutableRawBufferPointer(rebasing: space[..<length])
            return (try? FileDescriptor(rawValue: file.descriptor).readFully(at: 0, into: room)) ?? 0
        }
        // A short read: then it is sent from the file, where the shortage shows.
        return count == length ? buffer : nil
    }

    private func put(_ file: HotFile, since generation: Int) {
        let evicted = self.state.withLock { state -> [HotFile] in
            state.admissions -= 1
            guard state.isTrusted, state.generation == generation, state.files[file.key] == nil else { return [] }
            state.files[file.key] = file
            state.keysByPath[file.path, default: []].insert(file.key)
            state.clock.append(file.key)
            state.bodyBytes += file.body?.readableBytes ?? 0
            return state.makeRoom(within: self.limits, sparing: file)
        }
        self.retire(evicted)
    }

    // MARK: Going

    /// Ends what is kept of this file and of its renditions.
    func fileChanged(at path: MediaPath) {
        let gone = self.state.withLock { state -> [HotFile] in
            state.generation += 1
            return (state.keysByPath[path] ?? []).compactMap { state.remove($0) }
        }
        self.retire(gone)
    }

    /// Empties the cache, and leaves it empty while changes cannot be heard.
    func changesAreHeard(_ heard: Bool) {
        let gone = self.state.withLock { state -> [HotFile] in
            let files = Array(state.files.values)
            state.generation += 1
            state.isTrusted = heard
            state.files = [:]
            state.keysByPath = [:]
            state.clock = []
            state.hand = 0
            state.bodyBytes = 0
            return files
        }
        self.retire(gone)
    }

    /// At once for requests that come from now on; the event loops release them, and close their descriptors, a little later.
    private func retire(_ files: [HotFile]) {
        guard !files.isEmpty else { return }
        for file in files { file.retire() }
        let keys = files.map(\.key)
        for cache in self.eventLoopCaches { cache.eventLoop.execute { cache.value.forget(keys) } }
    }
}
