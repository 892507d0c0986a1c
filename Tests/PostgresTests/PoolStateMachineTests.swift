import Testing

@testable import Postgres

@Suite("The pool without its connections")
struct PoolStateMachineTests {
    private let start = ContinuousClock.now

    private func makePool(connections: Int = 2, waiters: Int = 2) -> PoolStateMachine {
        PoolStateMachine(
            limits: .init(
                connections: connections,
                waiters: waiters,
                acquireTimeout: .seconds(5),
                reconnectDelay: .milliseconds(50) ... .seconds(2)
            )
        )
    }

    /// A pool with one idle connection, and its number.
    private func makeWarmPool(connections: Int = 2, waiters: Int = 2) throws -> (PoolStateMachine, Int) {
        var pool = makePool(connections: connections, waiters: waiters)
        guard case .waiting(let waiter) = pool.acquire(now: start) else { throw Unexpected() }
        let id = try #require(pool.startConnecting(now: start).first)
        #expect(pool.connected(id, now: start) == .handOver(to: waiter))
        #expect(pool.giveBack(id, now: start) == .park)
        return (pool, id)
    }

    private struct Unexpected: Error {}

    @Test("Nothing is opened before somebody asks")
    func lazy() {
        var pool = makePool()
        #expect(pool.startConnecting(now: start).isEmpty)
        #expect(pool.nextWake == nil)
    }

    @Test("A released connection is used again instead of a new one")
    func reuse() throws {
        var (pool, id) = try makeWarmPool()
        #expect(pool.acquire(now: start) == .leased(id))
        #expect(pool.startConnecting(now: start).isEmpty)
    }

    @Test("No more connections than allowed, and none twice for one waiter")
    func bound() {
        var pool = makePool(connections: 2, waiters: 10)
        for _ in 0..<5 { _ = pool.acquire(now: start) }
        #expect(pool.startConnecting(now: start).count == 2)
        #expect(pool.startConnecting(now: start).isEmpty)
        #expect(pool.connectionCount == 2)
    }

    @Test("Waiters are served in the order of their arrival, and a newcomer does not overtake them")
    func fairness() throws {
        var (pool, id) = try makeWarmPool(connections: 1, waiters: 5)
        #expect(pool.acquire(now: start) == .leased(id))
        guard case .waiting(let first) = pool.acquire(now: start) else { throw Unexpected() }
        guard case .waiting(let second) = pool.acquire(now: start) else { throw Unexpected() }
        #expect(pool.giveBack(id, now: start) == .handOver(to: first))
        #expect(pool.giveBack(id, now: start) == .handOver(to: second))
        #expect(pool.giveBack(id, now: start) == .park)
    }

    @Test("One waiter too many is refused at once")
    func waiterBound() throws {
        var (pool, id) = try makeWarmPool(connections: 1, waiters: 1)
        #expect(pool.acquire(now: start) == .leased(id))
        _ = pool.acquire(now: start)
        #expect(pool.acquire(now: start) == .refused)
    }

    @Test("Without a waiting room callers still get the connections that may be opened")
    func noWaitingRoom() {
        var pool = makePool(connections: 1, waiters: 0)
        guard case .waiting = pool.acquire(now: start) else {
            Issue.record("the first caller must wait for its own connection")
            return
        }
        #expect(pool.acquire(now: start) == .refused)
    }

    @Test("A waiter that gives up is forgotten, and its connection goes to the next or is kept")
    func withdrawal() throws {
        var pool = makePool(connections: 1)
        guard case .waiting(let first) = pool.acquire(now: start) else { throw Unexpected() }
        let id = try #require(pool.startConnecting(now: start).first)
        #expect(pool.withdraw(first) == true)
        #expect(pool.withdraw(first) == false)
        #expect(pool.connected(id, now: start) == .park)
    }

    @Test("Waiters expire by their own deadlines")
    func expiry() throws {
        var (pool, id) = try makeWarmPool(connections: 1, waiters: 5)
        #expect(pool.acquire(now: start) == .leased(id))
        guard case .waiting(let first) = pool.acquire(now: start) else { throw Unexpected() }
        guard case .waiting(let second) = pool.acquire(now: start + .seconds(1)) else { throw Unexpected() }
        #expect(pool.nextWake == start + .seconds(5))
        #expect(pool.expire(now: start + .milliseconds(4999)).isEmpty)
        #expect(pool.expire(now: start + .seconds(5)) == [first])
        #expect(pool.nextWake == start + .seconds(6))
        #expect(pool.expire(now: start + .seconds(60)) == [second])
    }

    @Test("A failed attempt fails who waits, and the next one comes after a pause that doubles up to its limit")
    func backoff() throws {
        var pool = makePool(connections: 4, waiters: 10)
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<9 {
            guard case .waiting(let waiter) = pool.acquire(now: now) else { throw Unexpected() }
            let ids = pool.startConnecting(now: now)
            #expect(ids.count == 1)
            let id = try #require(ids.first)
            #expect(pool.connectFailed(id, isStartingUp: false, now: now, jitter: 1) == [waiter])
            guard case .waiting(let early) = pool.acquire(now: now) else { throw Unexpected() }
            #expect(pool.startConnecting(now: now).isEmpty)
            let wake = try #require(pool.nextWake)
            pauses.append(wake - now)
            now = wake
            #expect(pool.withdraw(early) == true)
        }
        #expect(pauses.prefix(3) == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
        #expect(pauses.last == .seconds(2))
    }

    @Test("While the server fails there is one attempt at a time, however many wait")
    func halfOpen() throws {
        var pool = makePool(connections: 8, waiters: 100)
        _ = pool.acquire(now: start)
        let id = try #require(pool.startConnecting(now: start).first)
        _ = pool.connectFailed(id, isStartingUp: false, now: start, jitter: 0)
        for _ in 0..<50 { _ = pool.acquire(now: start) }
        let later = start + .seconds(1)
        let attempt = pool.startConnecting(now: later)
        #expect(attempt.count == 1)
        #expect(pool.startConnecting(now: later).isEmpty)
        _ = pool.connected(try #require(attempt.first), now: later)
        #expect(pool.startConnecting(now: later).count == 7)
    }

    @Test("A server that starts up costs its callers patience, not an error")
    func startingUp() throws {
        var pool = makePool()
        guard case .waiting(let waiter) = pool.acquire(now: start) else { throw Unexpected() }
        let id = try #require(pool.startConnecting(now: start).first)
        #expect(pool.connectFailed(id, isStartingUp: true, now: start, jitter: 0).isEmpty)
        let next = try #require(pool.startConnecting(now: start + .seconds(1)).first)
        #expect(pool.connected(next, now: start) == .handOver(to: waiter))
    }

    @Test("Waiters stay when a connection in use can still serve them")
    func failureBesideWork() throws {
        var (pool, id) = try makeWarmPool()
        #expect(pool.acquire(now: start) == .leased(id))
        guard case .waiting(let waiter) = pool.acquire(now: start) else { throw Unexpected() }
        let second = try #require(pool.startConnecting(now: start).first)
        #expect(pool.connectFailed(second, isStartingUp: false, now: start, jitter: 0).isEmpty)
        #expect(pool.giveBack(id, now: start) == .handOver(to: waiter))
    }

    @Test("A lost idle connection makes room; a lost leased one is settled when it comes back")
    func loss() throws {
        var (pool, id) = try makeWarmPool(connections: 1)
        #expect(pool.lost(id) == true)
        #expect(pool.lost(id) == false)
        _ = pool.acquire(now: start)
        let next = try #require(pool.startConnecting(now: start).first)
        #expect(next != id)
        _ = pool.connected(next, now: start)
        #expect(pool.lost(next) == false)
        #expect(pool.connectionCount == 1)
        pool.discard(next)
        #expect(pool.connectionCount == 0)
    }

    @Test("The longest idle connection is probed first, and only when it is old enough")
    func idleOrder() throws {
        var (pool, first) = try makeWarmPool()
        #expect(pool.acquire(now: start) == .leased(first))
        _ = pool.acquire(now: start)
        let second = try #require(pool.startConnecting(now: start).first)
        _ = pool.connected(second, now: start)
        #expect(pool.giveBack(second, now: start + .seconds(1)) == .park)
        #expect(pool.giveBack(first, now: start + .seconds(2)) == .park)
        #expect(pool.leaseIdle(verifiedBy: start) == nil)
        #expect(pool.leaseIdle(verifiedBy: start + .seconds(5))?.id == second)
        #expect(pool.leaseIdle(verifiedBy: start + .seconds(5))?.id == first)
        #expect(pool.leaseIdle(verifiedBy: start + .seconds(5)) == nil)
    }

    @Test("A probe does not change since when a connection is idle, only when it is probed again")
    func idleTimeBesideProbes() throws {
        var (pool, id) = try makeWarmPool()
        let probed = start + .seconds(10)
        #expect(pool.leaseIdle(verifiedBy: start)?.since == start)
        #expect(pool.giveBackProbed(id, idleSince: start, now: probed) == .park)
        #expect(pool.leaseIdle(verifiedBy: probed - .seconds(1)) == nil)
        #expect(pool.leaseIdle(verifiedBy: probed)?.since == start)
        #expect(pool.giveBackProbed(id, idleSince: start, now: probed) == .park)
        // A caller's use does.
        #expect(pool.acquire(now: probed) == .leased(id))
        #expect(pool.giveBack(id, now: probed) == .park)
        #expect(pool.leaseIdle(verifiedBy: probed)?.since == probed)
    }

    @Test("A probed connection does not become the one used last, and the other is probed next")
    func idleOrderBesideProbes() throws {
        var (pool, older) = try makeWarmPool()
        #expect(pool.acquire(now: start) == .leased(older))
        _ = pool.acquire(now: start)
        let younger = try #require(pool.startConnecting(now: start).first)
        _ = pool.connected(younger, now: start)
        let (first, second) = (start + .seconds(1), start + .seconds(2))
        #expect(pool.giveBack(older, now: first) == .park)
        #expect(pool.giveBack(younger, now: second) == .park)
        #expect(pool.leaseIdle(verifiedBy: second)?.id == older)
        #expect(pool.giveBackProbed(older, idleSince: first, now: start + .seconds(6)) == .park)
        #expect(pool.leaseIdle(verifiedBy: second)?.id == younger)
        #expect(pool.giveBackProbed(younger, idleSince: second, now: start + .seconds(7)) == .park)
        #expect(pool.acquire(now: start + .seconds(8)) == .leased(younger))
        #expect(pool.acquire(now: start + .seconds(8)) == .leased(older))
    }

    @Test("A probed connection goes to whoever waits, and is closed after the close")
    func probeWhileOthersCome() throws {
        var (pool, id) = try makeWarmPool(connections: 1)
        #expect(pool.leaseIdle(verifiedBy: start)?.id == id)
        guard case .waiting(let waiter) = pool.acquire(now: start) else { throw Unexpected() }
        #expect(pool.giveBackProbed(id, idleSince: start, now: start) == .handOver(to: waiter))
        #expect(pool.giveBack(id, now: start) == .park)
        #expect(pool.leaseIdle(verifiedBy: start)?.id == id)
        _ = pool.close()
        #expect(pool.giveBackProbed(id, idleSince: start, now: start) == .close)
        #expect(pool.isDrained)
    }

    @Test("After the close nobody gets in, and what comes back is closed")
    func close() throws {
        var (pool, id) = try makeWarmPool(connections: 2)
        #expect(pool.acquire(now: start) == .leased(id))
        guard case .waiting(let waiter) = pool.acquire(now: start) else { throw Unexpected() }
        let connecting = try #require(pool.startConnecting(now: start).first)
        let (waiters, idle) = pool.close()
        #expect(waiters == [waiter])
        #expect(idle.isEmpty)
        #expect(pool.acquire(now: start) == .closed)
        #expect(!pool.isDrained)
        #expect(pool.connected(connecting, now: start) == .close)
        #expect(pool.giveBack(id, now: start) == .close)
        #expect(pool.isDrained)
    }
}
