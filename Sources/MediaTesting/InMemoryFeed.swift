package import MediaCore
import Synchronization

/// A feed without a database: what tests commit is there at once, and can be pruned, lost and begun anew.
package final class InMemoryFeed: ChangeFeed, FeedSignals {
    private struct State {
        var log: FeedLog
        var isLost = false
        var areSignalsLost = false
        var pages = 0
        var listeners: [Int: AsyncStream<FeedSignal>.Continuation] = [:]
        var lastListener = 0
    }

    private let state: Mutex<State>

    package init(epoch: String = "e1") { self.state = Mutex(State(log: FeedLog(epoch: epoch))) }

    /// Commits one transaction. The events get their cursors here.
    @discardableResult
    package func commit(_ events: [FeedEvent]) -> [FeedEvent] {
        let (committed, head, listeners) = self.state.withLock { state in
            let committed = state.log.commit(events)
            return (committed, state.log.bounds.head, state.areSignalsLost ? [] : Array(state.listeners.values))
        }
        for listener in listeners { listener.yield(.moved(head)) }
        return committed
    }

    /// Removes everything up to a position.
    package func prune(upTo position: Int64) { self.state.withLock { $0.log.prune(upTo: position) } }

    /// Another history: nothing that was before can be gone on from.
    package func begin(epoch: String) { self.state.withLock { $0.log.begin(epoch: epoch) } }

    /// While true, nothing can be read.
    package func setLost(_ isLost: Bool) { self.state.withLock { $0.isLost = isLost } }

    /// While true, nobody is told that the feed moves.
    package func setSignalsLost(_ areLost: Bool) { self.state.withLock { $0.areSignalsLost = areLost } }

    /// How many pages were read.
    package var pageCount: Int { self.state.withLock { $0.pages } }

    // MARK: ChangeFeed

    package func bounds() async throws(MediaError) -> FeedBounds {
        let bounds = self.state.withLock { $0.isLost ? nil : $0.log.bounds }
        guard let bounds else { throw Self.lost }
        return bounds
    }

    package func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        end: FeedPage.End
    ) async throws(MediaError) -> FeedPage {
        let outcome: Result<FeedPage, MediaError> = self.state.withLock { state in
            state.pages += 1
            guard !state.isLost else { return .failure(Self.lost) }
            do throws(MediaError) {
                return .success(try state.log.page(after: cursor, filter: filter, limit: limit, end: end))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private static let lost = MediaError(.catalogUnavailable, "The feed is lost.")

    // MARK: FeedSignals

    package func signals() -> AsyncStream<FeedSignal> {
        let (stream, continuation) = AsyncStream.makeStream(of: FeedSignal.self, bufferingPolicy: .bufferingNewest(16))
        let id = self.state.withLock { state in
            state.lastListener += 1
            state.listeners[state.lastListener] = continuation
            return state.lastListener
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[id] = nil } }
        continuation.yield(.connected)
        return stream
    }
}
