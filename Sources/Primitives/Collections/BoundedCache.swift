package import DequeModule

/// What was found out and may be found out again: a dictionary that forgets, within fixed memory. A value; its owner guards it.
///
/// A capacity of 0 switches it off. When it is full, one entry makes room for the next (``Eviction``). Entries may also have a
/// lifetime. For what changes behind the cache's back there are generations: who looks something up takes the ``generation``
/// before, and ``insert(_:for:since:)`` refuses what an invalidation has overtaken meanwhile.
///
///     var titles = BoundedCache<Int, String>(capacity: 1000, lifetime: .seconds(60))
///     let generation = titles.generation
///     let title = try await database.title(of: 7)
///     titles.insert(title, for: 7, since: generation)
///
/// Reading and inserting take constant time on average. The order of eviction is a queue of tickets, one for each insertion (and
/// each use, with ``Eviction/leastRecentlyUsed``); those that are out of date are skipped, and cleared away in bulk before the
/// queue is longer than twice the capacity and a few.
package struct BoundedCache<Key: Hashable, Value> {
    /// Which entry makes room.
    package enum Eviction: Sendable {
        /// The one that came first. Replacing its value does not make an entry younger, unless entries have a lifetime.
        case oldest
        /// The one that was neither inserted nor read for the longest time.
        case leastRecentlyUsed
    }

    @usableFromInline
    struct Entry {
        @usableFromInline var value: Value
        @usableFromInline var ticket: UInt64
        @usableFromInline var end: ContinuousClock.Instant?

        @usableFromInline
        init(value: Value, ticket: UInt64, end: ContinuousClock.Instant?) {
            self.value = value
            self.ticket = ticket
            self.end = end
        }
    }

    /// A place in the order of eviction; out of date when the entry is gone or has another ticket.
    @usableFromInline
    struct Ticket {
        @usableFromInline let key: Key
        @usableFromInline let number: UInt64

        @usableFromInline
        init(key: Key, number: UInt64) {
            self.key = key
            self.number = number
        }
    }

    @usableFromInline let capacity: Int
    @usableFromInline let lifetime: Duration?
    @usableFromInline let eviction: Eviction
    @usableFromInline let now: @Sendable () -> ContinuousClock.Instant
    @usableFromInline var entries: [Key: Entry] = [:]
    @usableFromInline var queue: Deque<Ticket> = []
    @usableFromInline var lastTicket: UInt64 = 0
    /// Raised by each invalidation.
    package private(set) var generation = 0

    /// - Parameters:
    ///   - capacity: entries at most; 0 or less: none.
    ///   - lifetime: how long an entry is good, from its last insertion on. Nil: until it is evicted or removed.
    ///   - now: the clock of the lifetimes; not read where there is none.
    package init(
        capacity: Int,
        lifetime: Duration? = nil,
        evicting eviction: Eviction = .oldest,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.capacity = max(0, capacity)
        self.lifetime = lifetime
        self.eviction = eviction
        self.now = now
    }

    /// The entries, those included whose lifetime is over and that nobody has asked for since.
    package var count: Int { self.entries.count }

    /// Places in the order of eviction: what the bookkeeping takes.
    package var footprint: Int { self.queue.count }

    /// The value for a key, if it is there and its lifetime is not over.
    @inlinable
    package subscript(_ key: Key) -> Value? {
        mutating get {
            guard let entry = self.entries[key] else { return nil }
            if let end = entry.end, end <= self.now() {
                self.entries[key] = nil
                return nil
            }
            if self.eviction == .leastRecentlyUsed {
                let ticket = self.issueTicket(for: key)
                self.entries[key]?.ticket = ticket
            }
            return entry.value
        }
    }

    /// Keeps a value, unless there was an invalidation after the generation that was taken before it was looked up.
    @inlinable
    package mutating func insert(_ value: Value, for key: Key, since generation: Int) {
        guard generation == self.generation else { return }
        self.insert(value, for: key)
    }

    /// Keeps a value, in place of the one before it.
    ///
    /// - Returns: what had to make room; nil where nothing had to.
    @inlinable
    @discardableResult
    package mutating func insert(_ value: Value, for key: Key) -> (key: Key, value: Value)? {
        guard self.capacity > 0 else { return nil }
        let end = self.lifetime.map { self.now() + $0 }
        if let known = self.entries[key] {
            let ticket = self.eviction == .oldest && end == nil ? known.ticket : self.issueTicket(for: key)
            self.entries[key] = Entry(value: value, ticket: ticket, end: end)
            return nil
        }
        let evicted = self.entries.count >= self.capacity ? self.evictFirst() : nil
        self.entries[key] = Entry(value: value, ticket: self.issueTicket(for: key), end: end)
        return evicted
    }

    /// Takes an entry out. What is being looked up may still come in; see ``invalidate(_:)``.
    /// - Returns: its value, even when its lifetime is over.
    @inlinable
    @discardableResult
    package mutating func remove(_ key: Key) -> Value? { self.entries.removeValue(forKey: key)?.value }

    /// Takes an entry out, because what it says has changed: what was looked up before does not come in any more.
    package mutating func invalidate(_ key: Key) {
        self.generation += 1
        self.remove(key)
    }

    /// Empties the cache, because anything may have changed.
    package mutating func invalidateAll() {
        self.generation += 1
        self.entries = [:]
        self.queue = []
    }

    @usableFromInline
    mutating func issueTicket(for key: Key) -> UInt64 {
        if self.queue.count > 2 * self.capacity {
            let entries = self.entries
            self.queue.removeAll { entries[$0.key]?.ticket != $0.number }
        }
        self.lastTicket += 1
        self.queue.append(Ticket(key: key, number: self.lastTicket))
        return self.lastTicket
    }

    @usableFromInline
    mutating func evictFirst() -> (key: Key, value: Value)? {
        while let ticket = self.queue.popFirst() {
            guard let entry = self.entries[ticket.key], entry.ticket == ticket.number else { continue }
            self.entries[ticket.key] = nil
            return (ticket.key, entry.value)
        }
        return nil
    }
}

extension BoundedCache.Entry: Sendable where Value: Sendable {}
extension BoundedCache.Ticket: Sendable where Key: Sendable {}
extension BoundedCache: Sendable where Key: Sendable, Value: Sendable {}
