package import MediaCore
import Synchronization

/// How readers come, wait and go.
extension FeedHub {
    /// Takes a reader in. It is given nothing before ``FeedSubscription/ready()``.
    ///
    /// - Throws: `cursor_expired` for a cursor that cannot be gone on from; `busy` when there are too many readers; `shutting_down`;
    ///   `catalog_unavailable` while the feed cannot be read.
    package func subscribe(
        from start: Start,
        filter: FeedFilter,
        authority: any EventAuthority,
        sink: any FeedSink
    ) async throws(MediaError) -> FeedSubscription {
        try await self.subscribe(from: start, filter, authority, sink, hasHeartbeats: true)
    }

    private func subscribe(
        from start: Start,
        _ filter: FeedFilter,
        _ authority: any EventAuthority,
        _ sink: any FeedSink,
        hasHeartbeats: Bool
    ) async throws(MediaError) -> FeedSubscription {
        try self.checkAdmission()
        try await Self.check(authority)
        let cursor = try await self.beginning(start)
        let id = self.core.withLock {
            $0.add(
                sink,
                from: cursor,
                filter: filter,
                authority: authority,
                hasHeartbeats: hasHeartbeats,
                now: .now
            )
        }
        guard let id else { throw Self.full }
        // The end may have passed while the beginning was looked up, and would not come again.
        guard !self.state.withLock({ $0.isClosing }) else {
            self.core.withLock { $0.remove(id) }
            throw MediaError(.shuttingDown, "The service is shutting down. Connect again in a moment.")
        }
        // The one that reads may have been asleep.
        self.wakes.continuation.yield()
        return FeedSubscription(hub: self, id: id, start: cursor)
    }

    /// From where to where the feed reaches now.
    package func bounds() async throws(MediaError) -> FeedBounds { try await self.feed.bounds() }

    private static let full = MediaError(
        .busy,
        "As many readers of events are there as the service takes. Try again later; those who are there are not let go for others."
    )

    private func checkAdmission() throws(MediaError) {
        let state = self.state.withLock { $0 }
        if state.isClosing {
            throw MediaError(.shuttingDown, "The service is shutting down. Connect again in a moment.")
        }
        if self.core.withLock({ $0.isFull }) { throw Self.full }
        if state.isLost, self.count > 0 {
            throw MediaError(.catalogUnavailable, "The events cannot be read at the moment. Try again.")
        }
    }

    /// The cursor that a reader begins behind.
    private func beginning(_ start: Start) async throws(MediaError) -> FeedCursor {
        switch start {
        case .floor: return try await self.feed.bounds().floor
        case .now: return try await self.feed.bounds().head
        case .cursor(let cursor):
            let isKnown = self.core.withLock { core in
                core.ring.covers(cursor) && cursor.position <= core.ring.head?.position ?? -1
            }
            if isKnown { return cursor }
            try await self.feed.bounds().check(cursor)
            return cursor
        }
    }

    private static func check(_ authority: any EventAuthority) async throws(MediaError) {
        switch await authority.state() {
        case .valid: return
        case .expired: throw MediaError(.tokenExpired, "The credential has expired. Get a new one.")
        case .lost: throw MediaError(.tokenInvalid, "The credential counts no more, or not for this.")
        }
    }

    /// The events behind a cursor, at once, as the reader may hear them. Asks again whether he may hear anything, as he may have waited.
    ///
    /// - Throws: `token_invalid`, `token_expired`, and what keeps the feed from being read.
    package func page(
        after cursor: FeedCursor?,
        filter: FeedFilter,
        limit: Int,
        authority: any EventAuthority
    ) async throws(MediaError) -> (items: [FeedItem], cursor: FeedCursor, hasMore: Bool) {
        try await Self.check(authority)
        let page = try await self.feed.page(after: cursor, filter: filter, limit: limit)
        let items = page.events.map(self.item).compactMap { $0.heard(by: authority, filter) }
        return (items, page.cursor, page.hasMore)
    }

    /// Takes somebody in who hears no events for now, but has to know when its rights end, or the service: it is told nothing else.
    ///
    /// - Returns: nil when the service shuts down.
    package func attend(_ sink: any FeedSink, _ authority: any EventAuthority) -> FeedAttendance? {
        let id = self.core.withLock { $0.addGuest(sink, authority) }
        let attendance = FeedAttendance(hub: self, id: id)
        // As for readers: the end would not come again.
        guard !self.state.withLock({ $0.isClosing }) else {
            attendance.cancel()
            return nil
        }
        return attendance
    }

    /// Waits until something that the reader wants lies behind a cursor, for a bounded time, or until the task is cancelled.
    ///
    /// - Throws: as ``subscribe(from:filter:authority:sink:)``.
    package func waitForEvent(
        after cursor: FeedCursor,
        filter: FeedFilter,
        authority: any EventAuthority,
        atMost time: Duration
    ) async throws(MediaError) {
        let (news, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let subscription = try await self.subscribe(
            from: .cursor(cursor),
            filter,
            authority,
            NewsSink(news: continuation),
            hasHeartbeats: false
        )
        defer { subscription.cancel() }
        subscription.ready()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in news { return } }
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Says that there is something.
private struct NewsSink: FeedSink {
    let news: AsyncStream<Void>.Continuation

    func deliver(_ items: [FeedItem], upTo cursor: FeedCursor) { self.news.yield() }
    func end(_ reason: FeedEnd) { self.news.yield() }
}

/// One reader's place in the hub.
package struct FeedSubscription: Sendable {
    let hub: FeedHub
    let id: UInt64
    /// Behind what the reader begins.
    package let start: FeedCursor

    /// The reader has taken what it was given, and can be given more: at once, from within this call, if there is more.
    package func ready() {
        if let action = self.hub.core.withLock({ $0.ready(self.id, now: .now) }) { self.hub.perform([action]) }
    }

    /// The reader is gone. Nothing more is given to it from here on, but for what is on its way.
    package func cancel() { self.hub.core.withLock { $0.remove(self.id) } }
}

/// The place of somebody in the hub who hears no events.
package struct FeedAttendance: Sendable {
    let hub: FeedHub
    let id: UInt64

    /// The guest is gone.
    package func cancel() { self.hub.core.withLock { $0.remove(self.id) } }
}

extension FeedBounds {
    /// - Throws: `cursor_expired` for a cursor that does not lie between them.
    package func check(_ cursor: FeedCursor) throws(MediaError) {
        guard cursor.epoch == self.head.epoch, cursor.position >= self.floor.position,
            cursor.position <= self.head.position
        else { throw MediaError.cursorExpired(self) }
    }
}

extension MediaError {
    /// The error for a cursor that cannot be gone on from, with what a reader needs to begin anew.
    package static func cursorExpired(_ bounds: FeedBounds) -> MediaError {
        MediaError(
            .cursorExpired,
            """
            Changes behind this cursor are not there any more, or are those of another database. Read the records again \
            (GET /api/media), and go on from the cursor that comes with them.
            """,
            details: ["floor": .text(bounds.floor.text), "head": .text(bounds.head.text)]
        )
    }
}
