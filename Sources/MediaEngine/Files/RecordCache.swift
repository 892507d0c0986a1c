import MediaCore
import Synchronization

/// Records by path, bounded, first in first out.
///
/// A stale record does no harm to readers of bytes, because ``FileService`` compares it with the open file; the cache is
/// emptied by change notifications for the sake of everything else in it.
final class RecordCache: Sendable {
    private let capacity: Int
    private let state = Mutex(State())

    private struct State {
        var records: [MediaPath: MediaFile] = [:]
        var order: [MediaPath] = []
        var oldest = 0
        /// Raised by each invalidation: a record read before it must not be put in after it.
        var generation = 0
        var isTrusted = false

        /// Keeps the latest entry of each record.
        mutating func compact() {
            var seen: Set<MediaPath> = []
            let latest = self.order[self.oldest...].reversed().filter { path in
                self.records[path] != nil && seen.insert(path).inserted
            }
            self.order = latest.reversed()
            self.oldest = 0
        }
    }

    /// - Parameter capacity: records; 0 switches the cache off.
    init(capacity: Int) { self.capacity = capacity }

    /// A mark to be handed to ``put(_:since:)``, taken before the record is read.
    var generation: Int { self.state.withLock { $0.generation } }

    func record(at path: MediaPath) -> MediaFile? {
        self.state.withLock { $0.isTrusted ? $0.records[path] : nil }
    }

    func put(_ file: MediaFile, since generation: Int) {
        self.state.withLock { state in
            guard self.capacity > 0, state.isTrusted, state.generation == generation else { return }
            guard state.records.updateValue(file, forKey: file.path) == nil else { return }
            state.order.append(file.path)
            while state.records.count > self.capacity, state.oldest < state.order.count {
                state.records[state.order[state.oldest]] = nil
                state.oldest += 1
            }
            // Evicted entries, and those of records that were dropped and put in again, are cleared away in bulk.
            if state.order.count > 2 * self.capacity { state.compact() }
        }
    }

    /// Entries of the order of arrival, those without a record included: at most twice the capacity and one.
    var footprint: Int { self.state.withLock { $0.order.count } }

    func drop(_ path: MediaPath) {
        self.state.withLock { state in
            state.generation += 1
            state.records[path] = nil
        }
    }

    /// Trusted while change notifications arrive; otherwise nothing is kept.
    func setTrusted(_ isTrusted: Bool) {
        self.state.withLock { state in
            state.generation += 1
            state.records = [:]
            state.order = []
            state.oldest = 0
            state.isTrusted = isTrusted
        }
    }
}
