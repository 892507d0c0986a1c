import MediaCore

/// Who gets what, and when: the rules of ``FeedHub`` without tasks, clocks and feeds. A pure value.
///
/// A reader is *ready* when it has taken what it was given, *busy* until then, and *behind* while what it needs lies before the ring and
/// has to be read from the feed. Signs of life come in both of the states in which it waits.
struct FeedHubCore<Handle> {
    let limits: Limits
    private(set) var ring: FeedRing
    private(set) var readers: [ID: Reader] = [:]
    /// Who hears no events, but has to go when its rights end, or the service.
    private(set) var guests: [ID: Guest] = [:]
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
        from cursor: FeedCursor,
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

    mutating func remove(_ id: ID) {
        self.readers[id] = nil
        self.guests[id] = nil
    }

    /// A reader has taken what it was given.
    mutating func ready(_ id: ID, now: ContinuousClock.Instant) -> Action? {
        guard case .busy = self.readers[id]?.state else { return nil }
        self.readers[id]?.state = .ready
        return self.next(id, now: now)
    }

    // MARK: Events

    /// Begins anew at this cursor.
    mutating func begin(at head: FeedCursor) { self.ring.begin(at: head) }

    /// Takes what the feed has behind the head.
    ///
    /// - Returns: all who are ready for it, for ``deliver(to:now:)``.
    mutating func append(_ items: [FeedItem], upTo cursor: FeedCursor) -> [ID] {
        self.ring.append(items, upTo: cursor)
        return self.readers.compactMap { id, reader in reader.state == .ready ? id : nil }
    }

    /// Gives some of those who are ready what there is for them. Who came, went or took something in between is no matter.
    mutating func deliver(to ids: some Sequence<ID>, now: ContinuousClock.Instant) -> [Action] {
        ids.compactMap { self.next($0, now: now) }
    }

    /// A page that was asked for came: what lies behind `start`.
    mutating func pageRead(
        _ page: (items: [FeedItem], cursor: FeedCursor),
        after start: FeedCursor,
        of id: ID,
        now: ContinuousClock.Instant
    )
        -> Action?
    {
        guard self.readers[id]?.reading == start else { return nil }
        self.readers[id]?.reading = nil
        // Who takes a sign of life just now has the page read again.
        guard let reader = self.readers[id], reader.state == .behind else { return nil }
        let heard = page.items.compactMap { $0.heard(by: reader.authority, reader.filter) }
        let items = Array(heard.prefix(self.limits.delivery))
        let cursor = items.count < heard.count ? items.last?.event.cursor ?? page.cursor : page.cursor
        self.readers[id]?.cursor = cursor
        guard items.isEmpty else { return self.give(items, cursor, to: id, now: now) }
        self.readers[id]?.state = .ready
        // At the end of a feed that is not followed yet: the next reading goes on from here.
        guard cursor != start || self.ring.head != nil else { return nil }
        return self.next(id, now: now)
    }

    /// What a reader that is ready gets next.
    private mutating func next(_ id: ID, now: ContinuousClock.Instant) -> Action? {
        guard let reader = self.readers[id], reader.state == .ready else { return nil }
        let cursor = reader.cursor
        guard self.ring.covers(cursor) else {
            self.readers[id]?.state = .behind
            // One page at a time.
            guard reader.reading == nil else { return nil }
            self.readers[id]?.reading = cursor
            return .read(id, after: cursor, reader.filter)
        }
        var wanted: [FeedItem] = []
        var reached = cursor
        for item in self.ring.items(after: cursor) {
            reached = item.event.cursor
            guard let item = item.heard(by: reader.authority, reader.filter) else { continue }
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
            case .ready where reader.hasHeartbeats && now - reader.lastGiven >= self.limits.heartbeat,
                .behind where reader.hasHeartbeats && now - reader.lastGiven >= self.limits.heartbeat:
                if let action = self.give([], reader.cursor, to: id, now: now) { actions.append(action) }
            case .busy(let since) where now - since >= self.limits.patience:
                self.readers[id] = nil
                actions.append(.end(reader.handle, .slow))
            case .ready, .busy, .behind: break
            }
        }
        return actions
    }

    mutating func end(_ id: ID, _ reason: FeedEnd) -> Action? {
        let handle = self.readers.removeValue(forKey: id)?.handle ?? self.guests.removeValue(forKey: id)?.handle
        return handle.map { .end($0, reason) }
    }

    /// Lets all readers go. Guests stay: it is nothing to them where the feed is.
    mutating func endReaders(_ reason: FeedEnd) -> [Action] {
        defer { self.readers = [:] }
        return self.readers.values.map { .end($0.handle, reason) }
    }

    /// Lets everybody go.
    mutating func endAll(_ reason: FeedEnd) -> [Action] {
        defer { self.guests = [:] }
        return self.endReaders(reason) + self.guests.values.map { .end($0.handle, reason) }
    }

    /// While there are no readers the feed is not followed, and what is in the ring gets old.
    ///
    /// - Returns: whether that is so.
    mutating func stopWithoutReaders() -> Bool {
        guard self.readers.isEmpty else { return false }
        self.ring.clear()
        return true
    }
}

// MARK: Guests

extension FeedHubCore {
    /// Takes a guest in; as many come as connections.
    mutating func addGuest(_ handle: Handle, _ authority: any EventAuthority) -> ID {
        self.lastID += 1
        self.guests[self.lastID] = Guest(handle: handle, authority: authority)
        return self.lastID
    }

    /// Those whose rights may end.
    var watched: [(id: ID, authority: any EventAuthority)] {
        self.readers.compactMap { $1.authority.canEnd ? ($0, $1.authority) : nil }
            + self.guests.compactMap { $1.authority.canEnd ? ($0, $1.authority) : nil }
    }
}
