import HTTPServing
import MediaCore
import MediaEngine
import NIOCore
import Synchronization

/// One subscription of a connection of WebSocket.
final class EventSocketSink: FeedSink {
    private struct State {
        var subscription: FeedSubscription?
        var cursor: FeedCursor?
        var hasEnded = false
        /// Its place among those who hear how far uploads have come, and whether the last message about them is still on its way.
        var listening: UploadProgressListening?
        var tellsProgress = false
    }

    private let id: String
    private let eventStart: [UInt8]
    private let connection: WebSocketConnection
    private let onEnd: @Sendable (EventSocketSink, FeedEnd) -> Void
    private let state = Mutex(State())

    /// - Parameter onEnd: called when the hub has ended the subscription, and the client was told; not after ``stop()``.
    init(
        id: String,
        connection: WebSocketConnection,
        onEnd: @escaping @Sendable (EventSocketSink, FeedEnd) -> Void
    ) {
        self.id = id
        self.eventStart = EventSocketMessages.eventStart(id: id)
        self.connection = connection
        self.onEnd = onEnd
    }

    /// The hub has taken the subscription: the client is told, and events may come.
    func begin(_ subscription: FeedSubscription) {
        self.state.withLock { state in
            state.subscription = subscription
            state.cursor = subscription.start
        }
        self.connection.send(EventSocketMessages.subscribed(self.id, at: subscription.start)) { subscription.ready() }
    }

    func deliver(_ items: [FeedItem], upTo cursor: FeedCursor) {
        let texts = items.map { EventSocketMessages.event($0.json, self.eventStart) }
        // Under the lock: an end names the cursor of what was sent before it.
        self.state.withLock { state in
            guard !state.hasEnded, let subscription = state.subscription else { return }
            state.cursor = cursor
            guard !texts.isEmpty else {
                return self.connection.send(EventSocketMessages.heartbeat(self.id, at: cursor)) { subscription.ready() }
            }
            self.connection.send(texts) { subscription.ready() }
        }
    }

    /// The client wants no more of it.
    func stop() {
        let (subscription, listening) = self.state.withLock { state in
            state.hasEnded = true
            return (state.subscription, state.listening)
        }
        subscription?.cancel()
        listening?.cancel()
    }

    /// Has the client told how far uploads have come, unless it has gone, or nobody more may listen.
    func listen(to topic: UploadProgressTopic?, _ filter: FeedFilter, _ authority: any EventAuthority) {
        guard let listening = topic?.listen(self, filter: filter, authority: authority) else { return }
        let isLate = self.state.withLock { state in
            if !state.hasEnded { state.listening = listening }
            return state.hasEnded || state.subscription == nil
        }
        if isLate { listening.cancel() }
    }

    func end(_ reason: FeedEnd) {
        let isNews = self.state.withLock { state in
            guard !state.hasEnded else { return false }
            state.hasEnded = true
            // Without a cursor: the end came before the client heard that there is such a subscription.
            self.connection.send(EventSocketMessages.ending(reason, of: self.id, at: state.cursor))
            return true
        }
        self.state.withLock { $0.listening }?.cancel()
        // Who unsubscribed has nothing to do with what becomes of it.
        if isNews { self.onEnd(self, reason) }
    }
}

extension EventSocketSink: UploadProgressSink {
    func progress(_ uploads: [UploadAdvance]) {
        let texts = uploads.map { EventSocketMessages.event(UploadProgressJSON($0).bytes, self.eventStart) }
        self.state.withLock { state in
            guard !state.hasEnded, !state.tellsProgress else { return }
            state.tellsProgress = true
            self.connection.send(texts) { [weak self] in self?.state.withLock { $0.tellsProgress = false } }
        }
    }
}
