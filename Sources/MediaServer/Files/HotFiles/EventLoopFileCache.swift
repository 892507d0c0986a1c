import Glibc
import HTTPSemantics
import MediaCore
import MediaEngine
import NIOCore

/// One event loop's part of ``HotFileCache``: found without a lock, with responses that are encoded already.
///
/// Bound to its loop, like all that uses it.
final class EventLoopFileCache {
    private let cache: HotFileCache
    /// Whether the response is the same whatever the `Origin`.
    let allowsAllOrigins: Bool
    /// Nil where nothing is guarded.
    private var readers: KnownReaders?
    private var slots: [HotFileKey: HotFileSlot] = [:]
    private var date = DateField(seconds: 0)
    private var acceptances: [[UInt8]: PictureAcceptance] = [:]
    /// What went out this way.
    var traffic = Traffic()

    /// Values of `Accept` that are remembered: browsers have a handful.
    private static let maximumAcceptances = 64

    init(cache: HotFileCache, allowsAllOrigins: Bool, access: AccessService?) {
        self.cache = cache
        self.readers = access.map { KnownReaders(service: $0) }
        self.allowsAllOrigins = allowsAllOrigins
    }

    /// The time as responses tell it.
    func now() -> DateField {
        var time = timespec()
        // To the tick of the kernel's clock, a few milliseconds: a page of memory is read, no system call made.
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        if self.date.seconds != Int64(time.tv_sec) { self.date = DateField(seconds: Int64(time.tv_sec)) }
        return self.date
    }

    /// The current file that a request for `target` gets; nil: the router must handle it.
    ///
    /// A target has one response for everybody or one for each way to accept pictures, never both at a time: a change of its file ends all.
    func slot(target: UnsafeRawBufferPointer, accept: UnsafeRawBufferPointer?) -> HotFileSlot? {
        let plain = HotFileKey(target: target, acceptance: nil)
        if let slot = self.present(plain, target) { return slot }
        let negotiated = HotFileKey(target: target, acceptance: self.acceptance(accept))
        return self.present(negotiated, target) ?? self.fetched(plain, target) ?? self.fetched(negotiated, target)
    }

    /// One that stands here.
    private func present(_ key: HotFileKey, _ target: UnsafeRawBufferPointer) -> HotFileSlot? {
        guard let slot = self.slots[key], slot.file.isFor(target) else { return nil }
        guard slot.file.isCurrent else {
            self.slots[key] = nil
            return nil
        }
        slot.file.noteUse()
        return slot
    }

    /// One that is in the cache, and from now on here.
    private func fetched(_ key: HotFileKey, _ target: UnsafeRawBufferPointer) -> HotFileSlot? {
        guard let file = self.cache.file(key), file.isCurrent, file.isFor(target) else { return nil }
        file.noteUse()
        let slot = HotFileSlot(file, date: self.now())
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

    // MARK: Who may read

    /// Keeps who comes with a credential, which the router has found out.
    func remember(_ recognition: Recognition) { self.readers?.remember(recognition) }

    /// Whether a request may have a file from here; false where the router has to decide, or to refuse.
    ///
    /// - Parameter credential: behind `Bearer `; nil where the request has none.
    func isReadable(_ slot: HotFileSlot, credential: UnsafeRawBufferPointer?, _ date: DateField) -> Bool {
        switch slot.file.guarding {
        // Also with a credential that proves nothing: it is of no concern here.
        case .none, .unlisted: return true
        case .signature(let end):
            return credential == nil && date.seconds < end.seconds
        case .right(let file):
            guard let credential, let reader = self.readers?.reader(credential, now: date.seconds) else { return false }
            if slot.reader === reader { return true }
            guard self.readers?.allows(reader, toRead: file) == true else { return false }
            slot.reader = reader
            return true
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
