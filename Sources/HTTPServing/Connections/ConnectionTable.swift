import NIOCore

/// The connections of HTTP/1 on one event loop. Looks at all of them with one repeated task, and has the clock by which they count.
final class ConnectionTable {
    let policy: ConnectionState.Policy
    /// Time between two looks; no time-out is later than its time by more than two of them.
    let period: TimeAmount
    /// The time of the last look: reading the clock for each request would cost more than the precision is worth.
    private(set) var now = NIODeadline.now()

    private let eventLoop: any EventLoop
    /// How many connections wait for a request, for the other event loops.
    let waiting: WaitingCount
    private var waitingNumber = 0 { didSet { self.waiting.set(self.waitingNumber) } }
    private var connections: [TrackedConnection] = []
    private var isLooking = false
    /// Those that had waited longest when this was last found out, the longest last.
    private var candidates: [Candidate] = []

    private struct Candidate {
        var connection: TrackedConnection
        var since: NIODeadline
    }

    /// One search for who waits longest serves so many new connections: a flood of them must not cost a search each.
    private static let mostCandidates = 32

    init(limits: ConnectionLimits, eventLoop: any EventLoop, waiting: WaitingCount) {
        self.eventLoop = eventLoop
        self.waiting = waiting
        let shortest = min(limits.idleTimeout, limits.headerTimeout, limits.writeTimeout, limits.lingerTimeout)
        let period = TimeAmount(shortest).nanoseconds / 8
        self.period = .nanoseconds(min(max(period, 20_000_000), 1_000_000_000))
        self.policy = ConnectionState.Policy(limits, clockPeriod: self.period)
    }

    /// A new connection of this loop; ``add(_:)`` puts it in.
    func track() -> TrackedConnection {
        // Nobody has looked at the clock while there were no connections.
        if !self.isLooking { self.now = .now() }
        return TrackedConnection(table: self)
    }

    func add(_ connection: TrackedConnection) {
        guard connection.slot == nil else { return }
        connection.slot = self.connections.count
        self.connections.append(connection)
        if connection.isWaiting { self.waitingNumber += 1 }
        self.lookLater()
    }

    func remove(_ connection: TrackedConnection) {
        guard let slot = connection.slot else { return }
        connection.slot = nil
        if connection.isWaiting { self.waitingNumber -= 1 }
        let last = self.connections.removeLast()
        guard last !== connection else { return }
        self.connections[slot] = last
        last.slot = slot
    }

    /// Called when a connection begins or ends to wait.
    func waitingChanged(of connection: TrackedConnection) {
        guard connection.slot != nil else { return }
        self.waitingNumber += connection.isWaiting ? 1 : -1
    }

    // MARK: Time

    private func lookLater() {
        guard !self.isLooking else { return }
        self.isLooking = true
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.scheduleTask(in: self.period) { bound.value.look() }
    }

    private func look() {
        self.isLooking = false
        self.now = .now()
        // From the last one down: whoever is removed is replaced by one that was looked at already.
        for slot in self.connections.indices.reversed() where slot < self.connections.count {
            let connection = self.connections[slot]
            connection.socketGuard?.look()
        }
        if !self.connections.isEmpty { self.lookLater() }
    }

    // MARK: Making room

    /// Closes the connection that has waited longest for a request.
    /// - Returns: false when none waits.
    func makeRoom() -> Bool {
        if let connection = self.nextCandidate() {
            connection.socketGuard?.closeNow()
            return true
        }
        self.candidates = self.connections.filter(Self.isTakingPlace).map {
            Candidate(connection: $0, since: $0.state.since)
        }
        self.candidates.sort { $0.since > $1.since }
        self.candidates.removeFirst(max(0, self.candidates.count - Self.mostCandidates))
        guard let connection = self.nextCandidate() else { return false }
        connection.socketGuard?.closeNow()
        return true
    }

    private func nextCandidate() -> TrackedConnection? {
        while let candidate = self.candidates.popLast() {
            let connection = candidate.connection
            if connection.slot != nil, Self.isTakingPlace(connection), connection.state.since == candidate.since {
                return connection
            }
        }
        return nil
    }

    /// Whether closing it makes room and harms nobody.
    private static func isTakingPlace(_ connection: TrackedConnection) -> Bool {
        connection.isWaiting && connection.socketGuard?.isAdmitted == true
    }
}
