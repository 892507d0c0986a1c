import MediaCore
import Synchronization

/// The checkpoints that this process saw become durable last, so that a client's next request does not wait for the disk before it
/// has begun.
///
/// Only a saving: what is not known here is synchronised again.
final class DurableCheckpoints: Sendable {
    private let sequences = Mutex<[UploadID: UInt64]>([:])
    private static let limit = 4096

    subscript(id: UploadID) -> UInt64? {
        get { self.sequences.withLock { $0[id] } }
        set {
            self.sequences.withLock { sequences in
                if sequences.count >= Self.limit { sequences.removeAll() }
                sequences[id] = newValue
            }
        }
    }
}
