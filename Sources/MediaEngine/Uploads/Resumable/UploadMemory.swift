import MediaCore
import Synchronization

/// Records of uploads that are receiving bytes, so that a request which only appends needs no database.
///
/// A remembered record may be out of date: another process may have ended the upload. That is harmless as long as it is used
/// only by who holds the upload's bytes, because who ends an upload takes them away. Records whose length is not known yet are
/// not remembered: the length may come by another process.
final class UploadMemory: Sendable {
    private struct State {
        var records: [UploadID: Upload] = [:]
        /// In the order of remembering; forgotten ones stay until their turn.
        var order: [UploadID] = []
    }

    private let state = Mutex(State())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    subscript(id: UploadID) -> Upload? { self.state.withLock { $0.records[id] } }

    func remember(_ upload: Upload) {
        guard self.capacity > 0, upload.state == .receiving, upload.length != nil else { return }
        self.state.withLock { state in
            if state.records.updateValue(upload, forKey: upload.id) == nil { state.order.append(upload.id) }
            guard state.order.count > 2 * self.capacity || state.records.count > self.capacity else { return }
            let surplus = state.order.prefix(max(1, state.order.count - self.capacity))
            for id in surplus { state.records[id] = nil }
            state.order.removeFirst(surplus.count)
        }
    }

    func forget(_ id: UploadID) { self.state.withLock { _ = $0.records.removeValue(forKey: id) } }
}
