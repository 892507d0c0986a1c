import HTTPServing
import NIOCore
import Primitives

/// Passes the changes of one subscription on: a page, then its client's turn to read it, then the next page.
struct SyncPump: Sendable {
    let id: String
    let accountID: RecordID
    let connection: WebSocketConnection
    let hub: ChangeHub
    /// Ends the stream.
    let end: @Sendable (SyncEnding) -> Void

    /// Changes of one delivery.
    private static let pageLength = 128
    /// Of one delivery.
    private static let pageBytes = 1 << 20

    /// Runs until the task is cancelled or the stream has to end.
    func run(from start: SyncCommand.Start?) async {
        do {
            try self.hub.enter()
        } catch {
            return self.end(.refused(error))
        }
        defer { self.hub.leave() }
        do throws(FilmsError) {
            var cursor = try await self.first(start)
            guard await self.deliver([SyncMessage.subscribed(self.id, at: cursor)], before: cursor) else { return }
            let eventStart = SyncMessage.eventStart(id: self.id)
            var spokeAt = ContinuousClock.now
            while !Task.isCancelled {
                if self.hub.isClosing { return }
                let page = try await self.hub.page(
                    after: cursor,
                    for: self.accountID,
                    limit: Self.pageLength,
                    maximumBytes: Self.pageBytes
                )
                var texts = page.changes.map { SyncMessage.event($0.json, eventStart) }
                if texts.isEmpty, ContinuousClock.now - spokeAt >= self.hub.limits.heartbeat {
                    texts = [SyncMessage.heartbeat(at: page.cursor)]
                }
                if !texts.isEmpty {
                    guard await self.deliver(texts, before: cursor) else { return }
                    spokeAt = .now
                }
                cursor = page.cursor
                guard !page.hasMore else { continue }
                await self.hub.wait(after: cursor, for: self.accountID, until: spokeAt + self.hub.limits.heartbeat)
            }
        } catch {
            if !Task.isCancelled { self.end(.refused(error)) }
        }
    }

    private func first(_ start: SyncCommand.Start?) async throws(FilmsError) -> FeedCursor {
        let bounds = try await self.hub.store.bounds()
        switch start {
        case .now: return bounds.head
        case .cursor(let cursor):
            try ChangeStore.check(cursor, within: bounds)
            return cursor
        case nil: return bounds.floor
        }
    }

    /// Sends texts and waits until the client's socket has taken them.
    /// - Returns: false when the stream ends instead.
    private func deliver(_ texts: [ByteBuffer], before cursor: FeedCursor) async -> Bool {
        let (written, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let end = self.end
        let timer = self.connection.eventLoop.scheduleTask(in: TimeAmount(self.hub.limits.deliveryTime)) {
            end(.slow(at: cursor))
            continuation.finish()
        }
        self.connection.send(texts) {
            timer.cancel()
            continuation.yield()
        }
        // Ends without a word when the timer rings, or the task is cancelled because the connection has ended.
        var isWritten = false
        for await _ in written {
            isWritten = true
            break
        }
        timer.cancel()
        return isWritten
    }
}
