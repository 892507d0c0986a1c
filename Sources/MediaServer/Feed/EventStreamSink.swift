import HTTPServing
import MediaCore
import MediaEngine
import NIOCore
import Synchronization

/// One client's stream of server-sent events.
final class EventStreamSink: FeedSink {
    private struct State {
        var stream: (any EndlessStream)?
        var subscription: FeedSubscription?
        /// Behind what the client was given.
        var cursor: FeedCursor?
        var hasEnded = false
        /// The end came before the stream.
        var pendingEnd: FeedEnd?
    }

    private let state = Mutex(State())

    /// The head of the response is written: events may come.
    func begin(_ stream: any EndlessStream, _ subscription: FeedSubscription) {
        let end = self.state.withLock { state in
            state.stream = stream
            state.subscription = subscription
            state.cursor = subscription.start
            return state.pendingEnd
        }
        stream.onClose { subscription.cancel() }
        // Not all come again in the same second.
        let retry = Duration.milliseconds(Int64.random(in: 1000...3000))
        stream.write(ServerSentEvents.beginning(retry: retry, at: subscription.start)) { subscription.ready() }
        if let end { self.end(end) }
    }

    func deliver(_ items: [FeedItem], upTo cursor: FeedCursor) {
        let receiver = self.state.withLock { state -> (any EndlessStream, FeedSubscription)? in
            guard !state.hasEnded, let stream = state.stream, let subscription = state.subscription else { return nil }
            state.cursor = cursor
            return (stream, subscription)
        }
        guard let (stream, subscription) = receiver else { return }
        stream.write(ServerSentEvents.delivery(items, upTo: cursor)) { subscription.ready() }
    }

    func end(_ reason: FeedEnd) {
        let last = self.state.withLock { state -> (any EndlessStream, FeedCursor)? in
            guard !state.hasEnded else { return nil }
            guard let stream = state.stream, let cursor = state.cursor else {
                state.pendingEnd = reason
                return nil
            }
            state.hasEnded = true
            return (stream, cursor)
        }
        guard let (stream, cursor) = last else { return }
        stream.end(ServerSentEvents.ending(reason, at: cursor))
    }
}
