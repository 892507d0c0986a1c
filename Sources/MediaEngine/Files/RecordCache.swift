import MediaCore
import Synchronization

/// Records by path, bounded, first in first out.
///
/// A stale record does no harm to readers of bytes, because ``FileService`` compares it with the open file; the cache is
/// emptied by change notifications for the sake of everything else in it.
final class RecordCache: Sendable {
    private struct State {
        var records: BoundedCache<MediaPath, MediaFile>
        var isTrusted = false
    }

    private let state: Mutex<State>

    /// - Parameter capacity: records; 0 switches the cache off.
    init(capacity: Int) { self.state = Mutex(State(records: BoundedCache(capacity: capacity))) }

    /// A mark to be handed to ``put(_:since:)``, taken before the record is read.
    var generation: Int { self.state.withLock { $0.records.generation } }

    func record(at path: MediaPath) -> MediaFile? {
        self.state.withLock { $0.isTrusted ? $0.records[path] : nil }
    }

    func put(_ file: MediaFile, since generation: Int) {
        self.state.withLock { state in
            guard state.isTrusted else { return }
            state.records.insert(file, for: file.path, since: generation)
        }
    }

    /// Entries of the order of arrival, those without a record included: at most twice the capacity and one.
    var footprint: Int { self.state.withLock { $0.records.footprint } }

    func drop(_ path: MediaPath) { self.state.withLock { $0.records.invalidate(path) } }

    /// Trusted while change notifications arrive; otherwise nothing is kept.
    func setTrusted(_ isTrusted: Bool) {
        self.state.withLock { state in
            state.records.invalidateAll()
            state.isTrusted = isTrusted
        }
    }
}
