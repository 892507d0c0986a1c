import Glibc
import HTTPSemantics
import MediaCore
import NIOCore

/// One event loop's view of ``HotFileCache``: found without a lock, with answers that are encoded already.
///
/// Bound to its loop, like all that uses it.
final class HotFileShelf {
    /// A file on the shelf, and its plain `200`.
    final class Slot {
        let file: HotFile
        private var head: ResponseHead
        /// Made when it is first asked for.
        private lazy var partialHead = PartialHead(self.file.representation, self.file.commonFields)
        /// Whether the bytes stand behind the head: one write instead of two, where copying them costs less.
        private let isJoined: Bool

        /// Up to here the copy is cheaper than a second buffer in the write.
        private static let joinedBytes = 16 << 10

        init(_ file: HotFile, date: DateField) {
            self.file = file
            self.isJoined = file.body.map { $0.readableBytes <= Self.joinedBytes } ?? false
            let content = ServingPlan.Content.full(length: file.representation.length)
            self.head = ResponseHead(
                status: "200 OK",
                fields: file.representation.fields(for: content),
                file.commonFields,
                date: date
            )
            if self.isJoined, let body = file.body { self.head.append(body) }
        }

        /// The head of the whole file's answer.
        func head(_ date: DateField) -> ByteBuffer {
            self.head.update(date)
            return self.head.bytes
        }

        /// The head of an answer with one range of the file.
        func partialHead(_ range: Range<Int64>, _ date: DateField) -> ByteBuffer {
            self.partialHead.bytes(range, date: date)
        }

        /// The whole answer, when the file's bytes are in memory.
        func answer(_ date: DateField) -> (ByteBuffer, ByteBuffer?)? {
            guard let body = self.file.body else { return nil }
            self.head.update(date)
            return self.isJoined ? (self.head.all, nil) : (self.head.bytes, body)
        }
    }

    private let cache: HotFileCache
    private var slots: [HotFileKey: Slot] = [:]
    private var date = DateField(seconds: 0)
    private var acceptances: [[UInt8]: PictureAcceptance] = [:]
    /// What went out this way.
    var traffic = Traffic()

    /// Values of `Accept` that are remembered: browsers have a handful.
    private static let maximumAcceptances = 64

    init(cache: HotFileCache) { self.cache = cache }

    /// The time as answers tell it.
    func now() -> DateField {
        var time = timespec()
        // To the tick of the kernel's clock, a few milliseconds: a page of memory is read, no system call made.
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        if self.date.seconds != Int64(time.tv_sec) { self.date = DateField(seconds: Int64(time.tv_sec)) }
        return self.date
    }

    /// The current file that answers a request for `target`; nil when the long way has to be gone.
    ///
    /// A target has one answer for everybody or one for each way to accept pictures, never both at a time: a change of its file ends all.
    func slot(target: UnsafeRawBufferPointer, accept: UnsafeRawBufferPointer?) -> Slot? {
        let plain = HotFileKey(target: target, acceptance: nil)
        if let slot = self.present(plain, target) { return slot }
        let negotiated = HotFileKey(target: target, acceptance: self.acceptance(accept))
        return self.present(negotiated, target) ?? self.fetched(plain, target) ?? self.fetched(negotiated, target)
    }

    /// One that stands here.
    private func present(_ key: HotFileKey, _ target: UnsafeRawBufferPointer) -> Slot? {
        guard let slot = self.slots[key], slot.file.isFor(target) else { return nil }
        guard slot.file.isCurrent else {
            self.slots[key] = nil
            return nil
        }
        slot.file.noteUse()
        return slot
    }

    /// One that is in the cache, and from now on here.
    private func fetched(_ key: HotFileKey, _ target: UnsafeRawBufferPointer) -> Slot? {
        guard let file = self.cache.file(key), file.isCurrent, file.isFor(target) else { return nil }
        file.noteUse()
        let slot = Slot(file, date: self.now())
        self.slots[key] = slot
        // Retired meanwhile: the call to forget it may have come before it was here.
        if !file.isCurrent { self.slots[key] = nil }
        return slot
    }

    func forget(_ keys: [HotFileKey]) {
        for key in keys {
            // A newer version may be here under the same key.
            if let slot = self.slots[key], !slot.file.isCurrent { self.slots[key] = nil }
        }
    }

    private func acceptance(_ accept: UnsafeRawBufferPointer?) -> PictureAcceptance {
        let value = accept.map { Array($0) } ?? []
        if let known = self.acceptances[value] { return known }
        let acceptance = PictureAcceptance(accept.map { String(decoding: $0, as: UTF8.self) })
        if self.acceptances.count >= Self.maximumAcceptances { self.acceptances = [:] }
        self.acceptances[value] = acceptance
        return acceptance
    }
}

/// What an event loop sent from memory, since it began.
struct Traffic: Sendable {
    /// Answers with 200, 206 and 304.
    var whole = 0
    var partial = 0
    var notModified = 0
    /// Bytes of files.
    var bytes: Int64 = 0

    mutating func add(_ other: Traffic) {
        self.whole += other.whole
        self.partial += other.partial
        self.notModified += other.notModified
        self.bytes += other.bytes
    }

    mutating func count(_ status: Int) {
        switch status {
        case 200: self.whole += 1
        case 206: self.partial += 1
        default: self.notModified += 1
        }
    }
}
