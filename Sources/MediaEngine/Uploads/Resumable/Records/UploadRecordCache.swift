import MediaCore
import Synchronization

/// Records of uploads that are receiving bytes, so that a request which only appends needs no database.
///
/// A remembered record may be out of date: another process may have ended the upload. That is harmless as long as it is used
/// only by who holds the upload's bytes, because who ends an upload takes them away. Records whose length is not known yet are
/// not remembered: the length may come by another process.
final class UploadRecordCache: Sendable {
    private let records: Mutex<BoundedCache<UploadID, Upload>>

    init(capacity: Int) { self.records = Mutex(BoundedCache(capacity: capacity)) }

    subscript(id: UploadID) -> Upload? { self.records.withLock { $0[id] } }

    func remember(_ upload: Upload) {
        guard upload.state == .receiving, upload.length != nil else { return }
        self.records.withLock { _ = $0.insert(upload, for: upload.id) }
    }

    func forget(_ id: UploadID) { self.records.withLock { _ = $0.remove(id) } }
}
