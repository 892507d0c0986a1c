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
        /// Whether the last message about uploads is still on its way.
        var tellsProgress = false
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
        let bytes = ServerSentEvents.delivery(items, upTo: cursor)
        // Under the lock: an end names the cursor of what stands before it on the stream, and of nothing that comes behind.
        self.state.withLock { state in
            guard !state.hasEnded, let stream = state.stream, let subscription = state.subscription else { return }
            state.cursor = cursor
            stream.write(bytes) { subscription.ready() }
        }
    }

    func end(_ reason: FeedEnd) {
        self.state.withLock { state in
            guard !state.hasEnded else { return }
            guard let stream = state.stream, let cursor = state.cursor else {
                state.pendingEnd = reason
                return
            }
            state.hasEnded = true
            stream.end(ServerSentEvents.ending(reason, at: cursor))
        }
    }
}

extension EventStreamSink: UploadProgressSink {
    func progress(_ uploads: [UploadAdvance]) {
        let bytes = ServerSentEvents.progress(uploads)
        self.state.withLock { state in
            guard !state.hasEnded, !state.tellsProgress, let stream = state.stream else { return }
            state.tellsProgress = true
            stream.write(bytes) { [weak self] in self?.state.withLock { $0.tellsProgress = false } }
        }
    }
}
