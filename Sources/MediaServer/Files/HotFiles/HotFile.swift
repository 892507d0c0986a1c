import HTTPSemantics
import HTTPServing
import HTTPTypes
import MediaCore
import NIOCore
import Synchronization

/// One file that was asked for before, ready to be sent again: the open descriptor, what its responses say, and, when it is small,
/// its bytes. All of it belongs to one version (invariant 3).
final class HotFile: Sendable {
    let key: HotFileKey
    /// The request's target, byte for byte.
    let target: [UInt8]
    /// The original's place in the tree, also for a rendition: a change there ends this.
    let path: MediaPath
    let file: OpenFile
    /// As everybody would get it; see ``representation(at:)``.
    private let plain: Representation
    /// As those get it who may read, where that does not change with time.
    let representation: Representation
    /// How the original is guarded.
    let guarding: FileGuard
    private let freshness: Freshness
    /// The fields of every response beside the representation's.
    let commonFields: HTTPFields
    /// Of all bytes, where it is known without reading them.
    let digest: Digest?
    /// How fast it is sent at most.
    let pace: ResponsePace?
    /// All bytes, when they are few.
    let body: ByteBuffer?

    private let currency = Atomic<Bool>(true)
    private let use = Atomic<Bool>(false)

    init(_ candidate: Candidate, body: ByteBuffer?) {
        self.key = candidate.key
        self.target = candidate.target
        self.path = candidate.path
        self.file = candidate.file
        self.plain = candidate.representation
        self.guarding = candidate.guarding
        self.freshness = candidate.freshness
        var representation = candidate.representation
        candidate.guarding.apply(to: &representation.extraFields, freshness: candidate.freshness, at: 0)
        self.representation = representation
        self.commonFields = candidate.commonFields
        self.digest = candidate.digest
        self.pace = candidate.pace
        self.body = body
    }

    /// What ``HotFileCache`` is offered after the router has responded.
    struct Candidate: Sendable {
        var key: HotFileKey
        var target: [UInt8]
        var path: MediaPath
        var file: OpenFile
        var representation: Representation
        var commonFields: HTTPFields
        var digest: Digest?
        var pace: ResponsePace?
        var guarding: FileGuard
        var freshness: Freshness

        /// - Parameters:
        ///   - target: the request's target as it was sent.
        ///   - acceptance: what decided, where the response was negotiated.
        init(
            target: String,
            acceptance: PictureAcceptance?,
            path: MediaPath,
            file: OpenFile,
            representation: Representation,
            commonFields: HTTPFields,
            digest: Digest?,
            pace: ResponsePace?,
            guarding: FileGuard = .none,
            freshness: Freshness = .none
        ) {
            let bytes = Array(target.utf8)
            self.key = bytes.withUnsafeBytes { HotFileKey(target: $0, acceptance: acceptance) }
            self.target = bytes
            self.path = path
            self.file = file
            self.representation = representation
            self.commonFields = commonFields
            self.digest = digest
            self.pace = pace
            self.guarding = guarding
            self.freshness = freshness
        }
    }

    /// As those get it who may read, at a time.
    ///
    /// - Parameter now: seconds since 1970.
    func representation(at now: Int64) -> Representation {
        guard self.guarding.changesWithTime else { return self.representation }
        var representation = self.plain
        self.guarding.apply(to: &representation.extraFields, freshness: self.freshness, at: now)
        return representation
    }

    /// False once the file was replaced or deleted, or had to make room.
    var isCurrent: Bool { self.currency.load(ordering: .acquiring) }

    func retire() { self.currency.store(false, ordering: .releasing) }

    /// Notes that somebody asked for it. Written only when it changes: the cache line is every core's.
    func noteUse() {
        if !self.use.load(ordering: .relaxed) { self.use.store(true, ordering: .relaxed) }
    }

    /// Whether somebody asked for it since the last call.
    func takeUse() -> Bool { self.use.exchange(false, ordering: .relaxed) }

    func isFor(_ target: UnsafeRawBufferPointer) -> Bool {
        self.target.withUnsafeBytes { $0.elementsEqual(target) }
    }
}
