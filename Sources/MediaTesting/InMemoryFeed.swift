package import MediaCore
import Synchronization

/// A feed without a database: what tests commit is there at once, and can be pruned, lost and begun anew.
package final class InMemoryFeed: ChangeFeed, FeedSignals {
    private struct State {
        var epoch: String
        var floor: Int64 = 0
        var events: [FeedEvent] = []
        /// The last position of each transaction.
        var ends: [Int64] = []
        var isLost = false
        var areSignalsLost = false
        var pages = 0
        var listeners: [Int: AsyncStream<FeedSignal>.Continuation] = [:]
        var lastListener = 0

        var head: FeedCursor {
            FeedCursor(epoch: self.epoch, position: self.events.last?.cursor.position ?? self.floor)
        }
        var bounds: FeedBounds {
            FeedBounds(floor: FeedCursor(epoch: self.epoch, position: self.floor), head: self.head)
        }
    }

    private let state: Mutex<State>

    package init(epoch: String = "e1") { self.state = Mutex(State(epoch: epoch)) }

    /// Commits one transaction. The events get their cursors here.
    @discardableResult
    package func commit(_ events: [FeedEvent]) -> [FeedEvent] {
        let (committed, head, listeners) = self.state.withLock { state in
            var position = state.head.position
            let committed = events.map { event in
                position += 1
                var event = event
                event.cursor = FeedCursor(epoch: state.epoch, position: position)
                return event
            }
            state.events += committed
            state.ends.append(position)
            return (committed, state.head, state.areSignalsLost ? [] : Array(state.listeners.values))
        }
        for listener in listeners { listener.yield(.moved(head)) }
        return committed
    }

    /// Removes everything up to a position.
    package func prune(upTo position: Int64) {
        self.state.withLock { state in
            state.events.removeAll { $0.cursor.position <= position }
            state.floor = position
        }
    }

    /// Another history: nothing that was before can be gone on from.
    package func begin(epoch: String) {
        self.state.withLock { state in
            state.epoch = epoch
            state.events = []
            state.ends = []
            state.floor = 0
        }
    }

    /// While true, nothing can be read.
    package func setLost(_ isLost: Bool) { self.state.withLock { $0.isLost = isLost } }

    /// While true, nobody is told that the feed moves.
    package func setSignalsLost(_ areLost: Bool) { self.state.withLock { $0.areSignalsLost = areLost } }

    /// How many pages were read.
    package var pageCount: Int { self.state.withLock { $0.pages } }

    // MARK: ChangeFeed

    package func bounds() async throws(MediaError) -> FeedBounds {
        let bounds = self.state.withLock { $0.isLost ? nil : $0.bounds }
        guard let bounds else { throw Self.lost }
        return bounds
    }

    package func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int
    ) async throws(MediaError) -> FeedPage {
        let bounds = try await self.bounds()
        let start = cursor ?? bounds.floor
        guard start.epoch == bounds.head.epoch, (bounds.floor.position...bounds.head.position).contains(start.position)
        else {
            throw MediaError(
                .cursorExpired,
                "The cursor is not in the feed.",
                details: ["floor": .text(bounds.floor.text), "head": .text(bounds.head.text)]
            )
        }
        return self.state.withLock { state in
            state.pages += 1
            var events: [FeedEvent] = []
            var reached = start.position
            for end in state.ends where end > start.position {
                let transaction = state.events.filter {
                    $0.cursor.position > reached && $0.cursor.position <= end
                }
                reached = end
                events += transaction.filter(filter.matches)
                if events.count >= limit { break }
            }
            return FeedPage(
                events: events,
                cursor: FeedCursor(epoch: state.epoch, position: max(reached, start.position)),
                hasMore: reached < state.head.position
            )
        }
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
