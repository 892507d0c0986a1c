package import HTTPSemantics
import NIOCore
import Synchronization

/// How many connections there are, in all and from each IP address, and who is closed or refused when there are too many.
/// Shared by all event loops; asked once for each connection.
package final class ConnectionLimiter: Sendable {
    /// What becomes of a new connection.
    enum Admission {
        /// Leaves again with ``ConnectionLimiter/leave(_:)`` of this network; nil when its IP address is not counted.
        case admitted(PeerNetwork?)
        /// It is told why; ends with ``ConnectionLimiter/refusalEnded()``.
        case refused(ConnectionRefusal)
        /// It is not even told: too many are being told already.
        case dropped
    }

    private struct Loop: Sendable {
        var eventLoop: any EventLoop
        var table: NIOLoopBound<ConnectionTable>
        var waiting: WaitingCount
    }

    let limits: ConnectionLimits
    private let trustedProxies: TrustedAddresses
    private let total = Atomic<Int>(0)
    private let refusals = Atomic<Int>(0)
    private let addresses = Mutex<[PeerNetwork: Int]>([:])
    private let loops = Mutex<[ObjectIdentifier: Loop]>([:])

    /// Refused connections that may be open beside the others, until their clients have read why.
    private static let mostRefusals = 256

    /// - Parameters:
    ///   - limits: how many connections may be open, and what each is measured by.
    ///   - trustedProxies: peers that bring the connections of many, and are not counted by IP address.
    package init(limits: ConnectionLimits, trustedProxies: TrustedAddresses) {
        self.limits = limits
        self.trustedProxies = trustedProxies
    }

    /// How many connections are open now.
    package var count: Int { self.total.load(ordering: .relaxed) }

    /// Whether connections that only wait should go of their own accord, where nobody can pick them out.
    var isNearlyFull: Bool { self.count >= self.limits.maximumConnections - self.limits.maximumConnections / 10 }

    /// What the kernel may take for a new connection beyond what its client has room for, in bytes; nil leaves it to the kernel.
    var sendQueueShare: Int? {
        guard self.limits.sendQueueBytes > 0 else { return nil }
        let share = self.limits.sendQueueBytes / max(1, self.count)
        return share < Self.kernelQueueBytes ? max(share, Self.leastQueueBytes) : nil
    }

    /// What the kernel stops at by itself (tcp(7), tcp_wmem).
    private static let kernelQueueBytes = 4 << 20
    /// Less would wake the event loop for every few packets.
    private static let leastQueueBytes = 16 << 10

    /// The table of an event loop, made at its first connection. Called on that loop.
    func table(of eventLoop: any EventLoop) -> ConnectionTable {
        self.loops.withLock { loops in
            if let loop = loops[ObjectIdentifier(eventLoop)] { return loop.table }
            let waiting = WaitingCount()
            let table = ConnectionTable(limits: self.limits, eventLoop: eventLoop, waiting: waiting)
            let bound = NIOLoopBound(table, eventLoop: eventLoop)
            loops[ObjectIdentifier(eventLoop)] = Loop(eventLoop: eventLoop, table: bound, waiting: waiting)
            return bound
        }.value
    }

    /// Called on the event loop of the new connection, before it is in the table.
    func admit(_ address: SocketAddress?, to table: ConnectionTable) -> Admission {
        let network = self.isCounted(address) ? PeerNetwork(address) : nil
        if let network {
            let isRoom = self.addresses.withLock { addresses in
                guard addresses[network, default: 0] < self.limits.maximumConnectionsPerAddress else { return false }
                addresses[network, default: 0] += 1
                return true
            }
            guard isRoom else { return self.refuse(.tooManyOfOneAddress) }
        }
        let count = self.total.add(1, ordering: .relaxed).newValue
        guard count <= self.limits.maximumConnections || table.makeRoom() || self.makeRoomElsewhere(than: table)
        else {
            self.leave(network)
            return self.refuse(.full)
        }
        return .admitted(network)
    }

    private func refuse(_ refusal: ConnectionRefusal) -> Admission {
        guard self.refusals.add(1, ordering: .relaxed).newValue <= Self.mostRefusals else {
            self.refusalEnded()
            return .dropped
        }
        return .refused(refusal)
    }

    func refusalEnded() { self.refusals.subtract(1, ordering: .relaxed) }

    func leave(_ network: PeerNetwork?) {
        self.total.subtract(1, ordering: .relaxed)
        guard let network else { return }
        self.addresses.withLock { addresses in
            let count = addresses[network, default: 1] - 1
            addresses[network] = count > 0 ? count : nil
        }
    }

    /// Takes back what ``admit(_:to:)`` said; nil says nothing.
    func leave(_ admission: Admission?) {
        switch admission {
        case .admitted(let network): self.leave(network)
        case .refused: self.refusalEnded()
        case .dropped, nil: break
        }
    }

    /// Proxies bring the connections of many.
    private func isCounted(_ address: SocketAddress?) -> Bool {
        guard self.limits.maximumConnectionsPerAddress > 0, let peer = IPAddress(peer: address) else { return false }
        return !self.trustedProxies.contains(peer)
    }

    /// Has another event loop close its longest waiting connection. Until then there may be one more.
    ///
    /// Not its own: there is none that waits, whatever the count said a little while ago, and soon the new one would be the only one.
    private func makeRoomElsewhere(than table: ConnectionTable) -> Bool {
        let loops = self.loops.withLock { Array($0.values) }
        guard let loop = loops.first(where: { $0.waiting !== table.waiting && $0.waiting.take() }) else { return false }
        loop.eventLoop.execute {
            // Somebody may have gone by now; then nobody has to.
            guard self.count > self.limits.maximumConnections else { return }
            _ = loop.table.value.makeRoom()
        }
        return true
    }
}
