import NIOCore

/// The ``ConnectionState`` of one connection of HTTP/1, shared by the handlers that know what happens on it:
/// ``ConnectionGuard`` next to the socket, and whoever responds to requests.
///
/// Lives on the connection's event loop. Nothing here sets a timer: telling is a few stores, and ``ConnectionTable`` looks at
/// all connections of a loop now and then.
final class TrackedConnection {
    let table: ConnectionTable
    private(set) var state: ConnectionState
    /// The handler next to the socket, while it is in the pipeline.
    var socketGuard: ConnectionGuard?
    /// Where the table has it; nil when it is in none.
    var slot: Int?

    init(table: ConnectionTable) {
        self.table = table
        self.state = .http1(table.policy, now: table.now)
    }

    var isOpen: Bool { self.state.isOpen }
    var isWaiting: Bool { self.state.isWaiting }
    var mayKeepAlive: Bool { self.state.mayKeepAlive }
    var mayKeepAliveOnceMore: Bool { self.state.mayKeepAliveOnceMore }

    /// Changes the state, and tells the table when the connection begins or ends to wait.
    @inline(__always)
    private func change<Result>(_ transition: (inout ConnectionState) -> Result) -> Result {
        let wasWaiting = self.state.isWaiting
        let result = transition(&self.state)
        if self.state.isWaiting != wasWaiting { self.table.waitingChanged(of: self) }
        return result
    }

    // MARK: Told by those who respond

    /// A whole head was read; the response is being made.
    func requestBegan() { self.change { $0.requestBegan() } }

    /// The request's body came whole, or it has none.
    func requestRead() { self.state.requestRead() }

    /// Whoever reads the body has a time-out of its own.
    func bodyIsPaced() { self.state.bodyIsPaced() }

    /// The whole response was handed to the socket; it may still be in the send queue.
    func responseEnded() {
        let isLast = self.change { $0.responseEnded(now: self.table.now) }
        // Who responded may be about to close; the last bytes of the response may still be on their way down.
        if isLast { self.socketGuard?.closeSoon() }
    }

    /// Closes as soon as the socket has taken everything that was written.
    func closeWhenWritten() { self.socketGuard?.closeWhenWritten() }

    /// Lets the present response be the last one; closes when there is none.
    func closeAfterResponse() {
        if self.state.lastRequestCame() { self.closeWhenWritten() }
    }

    // MARK: Told by the handler next to the socket

    func bytesCame() { self.change { $0.bytesCame(now: self.table.now) } }

    /// More of the first line of the head that is awaited.
    func lineCame(_ count: Int, isWhole: Bool) { self.state.lineCame(count, isWhole: isWhole) }

    func bytesWritten(_ count: Int) { self.state.sending.bytesWritten(count, now: self.table.now) }

    /// - Returns: false when the connection is ending already.
    func beginFlushing() -> Bool { self.change { $0.beginFlushing(now: self.table.now) } }

    func beginLingering() { self.change { $0.beginLingering(now: self.table.now) } }

    /// From now on there is no further request.
    func quiesce() { self.state.lastRequestCame() }

    func verdict(unsentBytes: Int, isReadable: Bool) -> ConnectionState.Verdict {
        self.state.verdict(now: self.table.now, unsentBytes: unsentBytes, isReadable: isReadable)
    }
}
