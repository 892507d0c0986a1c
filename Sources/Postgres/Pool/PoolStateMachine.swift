import Primitives

/// Who has which connection, who waits, and when to connect: the pool without its connections, a pure value.
///
/// The driver, `PostgresClient`, reports what happened and does what the answers say. Time comes in as an argument.
struct PoolStateMachine: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias ConnectionID = Int
    typealias WaiterID = Int

    struct Limits: Sendable {
        var connections: Int
        var waiters: Int
        var acquireTimeout: Duration
        var reconnectDelay: ClosedRange<Duration>
    }

    enum Acquisition: Equatable {
        case leased(ConnectionID)
        case waiting(WaiterID)
        case refused
        case closed
    }

    enum Placement: Equatable {
        /// Resume this waiter with the connection.
        case handOver(to: WaiterID)
        /// Keep it.
        case park
        /// Close it; the pool has forgotten it.
        case close
    }

    private struct Waiter {
        let id: WaiterID
        let deadline: Instant
    }

    private struct Idle {
        let id: ConnectionID
        /// When a caller gave it back. Probes do not count, so that what nobody needs grows old.
        let since: Instant
        /// When it was last known to work: by use or by a probe.
        let verified: Instant
    }

    private let limits: Limits
    private var nextID = 0
    /// In order of `since`. The last one used is leased first, so that the surplus grows old and is closed.
    private var idle: [Idle] = []
    private var leased: Set<ConnectionID> = []
    private var connecting: Set<ConnectionID> = []
    /// In order of arrival, and so of deadline.
    private var waiters: [Waiter] = []
    private var backoff: Backoff
    private(set) var isClosed = false

    init(limits: Limits) {
        self.limits = limits
        backoff = Backoff(range: limits.reconnectDelay)
    }

    private mutating func makeID() -> Int {
        nextID += 1
        return nextID
    }

    // MARK: Callers

    /// Somebody wants a connection. Whoever waits already goes first.
    mutating func acquire(now: Instant) -> Acquisition {
        if isClosed { return .closed }
        if waiters.isEmpty, let last = idle.popLast() {
            leased.insert(last.id)
            return .leased(last.id)
        }
        guard waiters.count < limits.waiters + spareConnections else { return .refused }
        let id = makeID()
        waiters.append(Waiter(id: id, deadline: now + limits.acquireTimeout))
        return .waiting(id)
    }

    /// Connections that may still be opened: their waiters wait for a connection of their own, not for other callers.
    private var spareConnections: Int { limits.connections - leased.count - idle.count }

    /// A waiter gives up. False when it does not wait any more.
    mutating func withdraw(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(where: { $0.id == waiter }) else { return false }
        waiters.remove(at: index)
        return true
    }

    /// Removes the waiters whose time is up.
    mutating func expire(now: Instant) -> [WaiterID] {
        let expired = waiters.prefix { $0.deadline <= now }.map(\.id)
        waiters.removeFirst(expired.count)
        return expired
    }

    /// A leased connection comes back in good order.
    mutating func giveBack(_ id: ConnectionID, now: Instant) -> Placement {
        leased.remove(id)
        return place(id, since: now, now: now)
    }

    /// A connection that was leased by ``leaseIdle(verifiedBy:)`` works. It keeps its place among the idle ones.
    /// - Parameter since: what the lease said.
    mutating func giveBackProbed(_ id: ConnectionID, idleSince since: Instant, now: Instant) -> Placement {
        leased.remove(id)
        return place(id, since: since, now: now)
    }

    /// A leased connection is gone.
    mutating func discard(_ id: ConnectionID) {
        leased.remove(id)
    }

    /// - Parameter now: when the connection was found to work.
    private mutating func place(_ id: ConnectionID, since: Instant, now: Instant) -> Placement {
        if isClosed { return .close }
        guard let first = waiters.first else {
            let index = idle.lastIndex { $0.since <= since }.map { $0 + 1 } ?? 0
            idle.insert(Idle(id: id, since: since, verified: now), at: index)
            return .park
        }
        waiters.removeFirst()
        leased.insert(id)
        return .handOver(to: first.id)
    }

    // MARK: Connections

    /// The connections to open now, so that every waiter will get one; a single one while the server fails.
    mutating func startConnecting(now: Instant) -> [ConnectionID] {
        guard !isClosed, backoff.allowsAttempt(at: now) else { return [] }
        let room = limits.connections - leased.count - idle.count - connecting.count
        let wanted = min(waiters.count - connecting.count, room)
        let count = backoff.isFailing ? min(wanted, 1 - connecting.count) : wanted
        guard count > 0 else { return [] }
        let ids = (0..<count).map { _ in makeID() }
        connecting.formUnion(ids)
        return ids
    }

    /// A connection is there.
    mutating func connected(_ id: ConnectionID, now: Instant) -> Placement {
        connecting.remove(id)
        backoff.succeeded()
        return place(id, since: now, now: now)
    }

    /// A connection could not be made.
    ///
    /// - Parameters:
    ///   - isStartingUp: the server is there but not ready yet; whoever waits may go on until its own deadline.
    ///   - jitter: 0 to 1.
    /// - Returns: the waiters to resume with the error: all, unless a connection that works will come back to serve them.
    mutating func connectFailed(_ id: ConnectionID, isStartingUp: Bool, now: Instant, jitter: Double) -> [WaiterID] {
        connecting.remove(id)
        backoff.failed(at: now, jitter: jitter)
        guard !isStartingUp, leased.isEmpty, connecting.isEmpty else { return [] }
        defer { waiters = [] }
        return waiters.map(\.id)
    }

    /// A connection ended by itself. True if it was idle and is forgotten; a leased one is settled when it comes back.
    mutating func lost(_ id: ConnectionID) -> Bool {
        guard let index = idle.firstIndex(where: { $0.id == id }) else { return false }
        idle.remove(at: index)
        return true
    }

    /// Leases, to be probed or closed, the idle connection that was verified longest ago, if that was at `instant` or before.
    ///
    /// - Returns: with the time since which no caller has needed it.
    mutating func leaseIdle(verifiedBy instant: Instant) -> (id: ConnectionID, since: Instant)? {
        guard let index = idle.indices.min(by: { idle[$0].verified < idle[$1].verified }),
            idle[index].verified <= instant
        else { return nil }
        let connection = idle.remove(at: index)
        leased.insert(connection.id)
        return (connection.id, connection.since)
    }

    /// When the driver has to call `expire` and `startConnecting` again, if nothing else happens before.
    var nextWake: Instant? {
        guard let first = waiters.first else { return nil }
        let canConnect = connecting.isEmpty && leased.count + idle.count < limits.connections
        guard canConnect, let attempt = backoff.nextAttempt else { return first.deadline }
        return min(attempt, first.deadline)
    }

    // MARK: The end

    /// Refuses new callers.
    ///
    /// - Returns: the waiters to resume with an error, and the idle connections to close.
    mutating func close() -> (waiters: [WaiterID], idle: [ConnectionID]) {
        isClosed = true
        defer { (waiters, idle) = ([], []) }
        return (waiters.map(\.id), idle.map(\.id))
    }

    /// Whether nothing is left after `close()`.
    var isDrained: Bool { isClosed && leased.isEmpty && connecting.isEmpty }

    /// Connections that are lent out.
    var leasedConnections: Set<ConnectionID> { leased }

    /// All connections, those under way included.
    var connectionCount: Int { idle.count + leased.count + connecting.count }

    /// Callers without a connection.
    var waiterCount: Int { waiters.count }
}
