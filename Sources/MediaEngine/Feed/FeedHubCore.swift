import MediaCore

/// Who gets what, and when: the rules of ``FeedHub`` without tasks, clocks and feeds. A pure value.
///
/// A reader is *ready* when it has taken what it was given, *busy* until then, and *behind* while what it needs lies before the ring and
/// has to be read from the feed.
struct FeedHubCore<Handle> {
    typealias ID = UInt64

    /// What is to be done; in the order in which it is returned.
    enum Action {
        case deliver(Handle, [FeedItem], FeedCursor)
        case end(Handle, FeedEnd)
        /// A page has to be read for this reader; ``pageRead(_:of:now:)`` takes it.
        case read(ID, after: FeedCursor?, FeedFilter)
    }

    enum State: Equatable {
        case ready
        case busy(since: ContinuousClock.Instant)
        case behind
    }

    struct Reader {
        let handle: Handle
        let filter: FeedFilter
        let authority: any EventAuthority
        /// Nil: before the first event that there is.
        var cursor: FeedCursor?
        var state: State
        /// Whether it is given signs of life.
        let hasHeartbeats: Bool
        /// When it was last given something.
        var lastGiven: ContinuousClock.Instant
    }

    /// The bounds of readers.
    struct Limits {
        var readers = 10_000
        var ring = 4096
        /// Events of one delivery.
        var delivery = 64
        var heartbeat = Duration.seconds(15)
        /// How long a reader may take over one delivery.
        var patience = Duration.seconds(20)
    }

    let limits: Limits
    private(set) var ring: FeedRing
    private(set) var readers: [ID: Reader] = [:]
    private var lastID: ID = 0

    init(limits: Limits) {
        self.limits = limits
        self.ring = FeedRing(capacity: limits.ring)
    }

    var isFull: Bool { self.readers.count >= self.limits.readers }

    // MARK: Readers

    /// Takes a reader in; it is given nothing before ``ready(_:now:)``. Nil when there are too many; nobody else is let go for it.
    mutating func add(
        _ handle: Handle,
        from cursor: FeedCursor?,
        filter: FeedFilter,
        authority: any EventAuthority,
        hasHeartbeats: Bool = true,
        now: ContinuousClock.Instant
    ) -> ID? {
        guard !self.isFull else { return nil }
        self.lastID += 1
        self.readers[self.lastID] = Reader(
            handle: handle,
            filter: filter,
            authority: authority,
            cursor: cursor,
            state: .busy(since: now),
            hasHeartbeats: hasHeartbeats,
            lastGiven: now
        )
        return self.lastID
    }

    mutating func remove(_ id: ID) -> Reader? { self.readers.removeValue(forKey: id) }

    /// A reader has taken what it was given.
    mutating func ready(_ id: ID, now: ContinuousClock.Instant) -> Action? {
        guard case .busy = self.readers[id]?.state else { return nil }
        self.readers[id]?.state = .ready
        return self.next(id, now: now)
    }

    // MARK: Events

    /// Begins anew at this cursor.
    mutating func begin(at head: FeedCursor) { self.ring.begin(at: head) }

    /// Takes what the feed has behind the head, and gives it to all who are ready.
    mutating func append(_ items: [FeedItem], upTo cursor: FeedCursor, now: ContinuousClock.Instant) -> [Action] {
        self.ring.append(items, upTo: cursor)
        return self.readers.compactMap { id, reader in reader.state == .ready ? id : nil }
            .compactMap { self.next($0, now: now) }
    }

    /// A page that was asked for came.
    mutating func pageRead(
        _ page: (items: [FeedItem], cursor: FeedCursor),
        of id: ID,
        now: ContinuousClock.Instant
    )
        -> Action?
    {
        guard let reader = self.readers[id], reader.state == .behind else { return nil }
        let heard = page.items.filter { reader.authority.mayHear($0.event) }
        // A page is as long as its last transaction wants; what does not fit into a delivery is read again.
        let items = Array(heard.prefix(self.limits.delivery))
        let cursor = items.count < heard.count ? items.last?.event.cursor ?? page.cursor : page.cursor
        self.readers[id]?.cursor = cursor
        guard items.isEmpty else { return self.give(items, cursor, to: id, now: now) }
        self.readers[id]?.state = .ready
        return self.next(id, now: now)
    }

    /// What a reader that is ready gets next.
    private mutating func next(_ id: ID, now: ContinuousClock.Instant) -> Action? {
        guard let reader = self.readers[id], reader.state == .ready else { return nil }
        guard let cursor = reader.cursor, self.ring.covers(cursor) else {
            self.readers[id]?.state = .behind
            return .read(id, after: reader.cursor, reader.filter)
        }
        var wanted: [FeedItem] = []
        var reached = cursor
        for item in self.ring.items(after: cursor) {
            reached = item.event.cursor
            guard reader.filter.matches(item.event), reader.authority.mayHear(item.event) else { continue }
            wanted.append(item)
            if wanted.count >= self.limits.delivery { break }
        }
        if wanted.count < self.limits.delivery, let head = self.ring.head, head.position > reached.position {
            reached = head
        }
        self.readers[id]?.cursor = reached
        return wanted.isEmpty ? nil : self.give(wanted, reached, to: id, now: now)
    }

    private mutating func give(
        _ items: [FeedItem],
        _ cursor: FeedCursor,
        to id: ID,
        now: ContinuousClock.Instant
    )
        -> Action?
    {
        guard let handle = self.readers[id]?.handle else { return nil }
        self.readers[id]?.state = .busy(since: now)
        self.readers[id]?.lastGiven = now
        return .deliver(handle, items, cursor)
    }

    // MARK: Time and ends

    /// Signs of life for those who heard nothing for a while, and the end for those who do not take what they have.
    mutating func tick(now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        for (id, reader) in self.readers {
            switch reader.state {
            case .ready where reader.hasHeartbeats && now - reader.lastGiven >= self.limits.heartbeat:
                if let cursor = reader.cursor, let action = self.give([], cursor, to: id, now: now) {
                    actions.append(action)
                }
            case .busy(let since) where now - since >= self.limits.patience:
                self.readers[id] = nil
                actions.append(.end(reader.handle, .slow))
            case .ready, .busy, .behind: break
            }
        }
        return actions
    }

    mutating func end(_ id: ID, _ reason: FeedEnd) -> Action? {
        self.readers.removeValue(forKey: id).map { .end($0.handle, reason) }
    }

    mutating func endAll(_ reason: FeedEnd) -> [Action] {
        defer { self.readers = [:] }
        return self.readers.values.map { .end($0.handle, reason) }
    }

    /// The feed is not followed any more: what is in the ring may get old.
    mutating func stopFollowing() { self.ring.clear() }
}
