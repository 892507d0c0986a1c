import NIOCore

/// The connections of one event loop. Looks at all of them with one repeated task, and has the clock by which they count.
final class ConnectionTable {
    /// What the connections of a table are measured by.
    struct Limits {
        var idleTimeout: TimeAmount
        var headerTimeout: TimeAmount
        var writeTimeout: TimeAmount
        var lingerTimeout: TimeAmount
        var maximumRequests: Int
        var maximumHeaderBytes: Int

        init(_ limits: ConnectionLimits) {
            self.idleTimeout = TimeAmount(limits.idleTimeout)
            self.headerTimeout = TimeAmount(limits.headerTimeout)
            self.writeTimeout = TimeAmount(limits.writeTimeout)
            self.lingerTimeout = TimeAmount(limits.lingerTimeout)
            self.maximumRequests = limits.maximumRequestsPerConnection
            self.maximumHeaderBytes = limits.maximumHeaderBytes
        }
    }

    let limits: Limits
    /// Time between two looks; no time-out is later than its time by more than two of them.
    let period: TimeAmount
    /// The time of the last look: reading the clock for each request would cost more than the precision is worth.
    private(set) var now = NIODeadline.now()

    private let eventLoop: any EventLoop
    /// How many connections wait for a request, for the other event loops.
    let waiting: WaitingCount
    private var waitingNumber = 0 { didSet { self.waiting.set(self.waitingNumber) } }
    private var lives: [ConnectionLife] = []
    private var isLooking = false
    /// Those that had waited longest when this was last found out, the longest last.
    private var candidates: [Candidate] = []

    private struct Candidate {
        var life: ConnectionLife
        var since: NIODeadline
    }

    /// One search for who waits longest serves so many newcomers: a flood of them must not cost a search each.
    private static let mostCandidates = 32

    init(limits: Limits, eventLoop: any EventLoop, waiting: WaitingCount) {
        self.limits = limits
        self.eventLoop = eventLoop
        self.waiting = waiting
        let shortest = min(limits.idleTimeout, limits.headerTimeout, limits.writeTimeout, limits.lingerTimeout)
        self.period = .nanoseconds(min(max(shortest.nanoseconds / 8, 20_000_000), 1_000_000_000))
    }

    /// A new connection of this loop; ``add(_:)`` puts it in.
    func makeLife() -> ConnectionLife {
        // Nobody has looked at the clock while there were no connections.
        if !self.isLooking { self.now = .now() }
        return ConnectionLife(table: self)
    }

    func add(_ life: ConnectionLife) {
        guard life.slot == nil else { return }
        life.slot = self.lives.count
        self.lives.append(life)
        if life.isWaiting { self.waitingNumber += 1 }
        self.lookLater()
    }

    func remove(_ life: ConnectionLife) {
        guard let slot = life.slot else { return }
        life.slot = nil
        if life.isWaiting { self.waitingNumber -= 1 }
        let last = self.lives.removeLast()
        guard last !== life else { return }
        self.lives[slot] = last
        last.slot = slot
    }

    /// Called when a connection begins or ends to wait.
    func waitingChanged(of life: ConnectionLife) {
        guard life.slot != nil else { return }
        self.waitingNumber += life.isWaiting ? 1 : -1
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
        for slot in self.lives.indices.reversed() where slot < self.lives.count {
            let life = self.lives[slot]
            life.keeper?.look()
        }
        if !self.lives.isEmpty { self.lookLater() }
    }

    // MARK: Making room

    /// Closes the connection that has waited longest for a request.
    /// - Returns: false when none waits.
    func makeRoom() -> Bool {
        if let life = self.nextCandidate() {
            life.keeper?.closeNow()
            return true
        }
        self.candidates = self.lives.filter(Self.isTakingPlace).map { Candidate(life: $0, since: $0.since) }
        self.candidates.sort { $0.since > $1.since }
        self.candidates.removeFirst(max(0, self.candidates.count - Self.mostCandidates))
        guard let life = self.nextCandidate() else { return false }
        life.keeper?.closeNow()
        return true
    }

    private func nextCandidate() -> ConnectionLife? {
        while let candidate = self.candidates.popLast() {
            let life = candidate.life
            if life.slot != nil, Self.isTakingPlace(life), life.since == candidate.since { return life }
        }
        return nil
    }

    /// Whether closing it makes room and harms nobody.
    private static func isTakingPlace(_ life: ConnectionLife) -> Bool {
        life.isWaiting && life.keeper?.isAdmitted == true
    }
}
