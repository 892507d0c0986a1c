import NIOCore

/// Where one connection stands between its requests and answers: what its time-outs count from and whether it may go on.
///
/// Held by ``ConnectionGuard`` and by whoever answers requests; they tell it what happens. Lives on the connection's event
/// loop. Nothing here sets a timer: telling is a few stores, and ``ConnectionTable`` looks at all connections of a loop now
/// and then.
final class ConnectionLife {
    /// What is waited for.
    enum Phase {
        /// The first byte of a next request.
        case awaiting
        /// The rest of a request's head; on a new connection all of it.
        case readingHead
        /// The end of an answer.
        case answering
        /// The socket has to take what is written; then the connection ends.
        case leaving
        /// The client's end of the connection. What it still sends is thrown away for a while: closing at once would make the
        /// kernel reset the connection, and the client would never see the answer.
        case lingering

        var isWaiting: Bool {
            switch self {
            case .awaiting, .readingHead, .lingering: true
            case .answering, .leaving: false
            }
        }
    }

    let table: ConnectionTable
    /// Set while the guard is in the pipeline.
    var keeper: ConnectionGuard?
    /// Where the table has it; nil when it is in none.
    var slot: Int?

    private(set) var phase = Phase.readingHead {
        didSet { if oldValue.isWaiting != self.phase.isWaiting { self.table.waitingChanged(of: self) } }
    }
    /// When the phase began, by the table's clock.
    private(set) var since: NIODeadline
    /// When bytes last came, by the table's clock.
    private(set) var lastByte: NIODeadline
    /// The body of the request that is answered has not come whole.
    private(set) var isBodyDue = false
    /// Somebody else sees to it that the body keeps coming.
    private(set) var isBodyPaced = false
    /// Whether a byte of the head that is awaited has come.
    private(set) var hasHeadBegun = false
    /// Whether the first line of the head that is awaited has come whole.
    private(set) var hasRequestLine = false
    /// Bytes of it that have come, as long as it has not.
    private(set) var lineBytes = 0
    private var requests = 0
    private var isLast = false

    /// Bytes written, and those of them that the socket had taken when it was last looked at.
    var writtenBytes: Int64 = 0
    var takenBytes: Int64 = 0
    var isAllTaken = true
    /// When the socket last took something of what is written.
    var lastTaken: NIODeadline

    init(table: ConnectionTable) {
        self.table = table
        self.since = table.now
        self.lastByte = table.now
        self.lastTaken = table.now
    }

    // MARK: Told by those who answer

    /// False when the present answer has to be the last one: it says `Connection: close`, and is followed by
    /// ``closeWhenWritten()``.
    var mayKeepAlive: Bool { !self.isLast }

    /// Asked before ``requestBegan()``: false when the answer to a next request will have to be the last one.
    var mayKeepAliveOnceMore: Bool { !self.isLast && self.requests + 1 < self.table.limits.maximumRequests }

    /// A whole head was read; the answer is being made.
    func requestBegan() {
        guard self.isOpen else { return }
        self.phase = .answering
        self.isBodyDue = true
        self.isBodyPaced = false
        self.hasHeadBegun = false
        self.hasRequestLine = false
        self.lineBytes = 0
        self.requests += 1
        if self.requests >= self.table.limits.maximumRequests { self.isLast = true }
    }

    /// The request's body came whole, or it has none.
    func requestRead() { self.isBodyDue = false }

    /// Whoever reads the body has a time-out of its own.
    func bodyIsPaced() { self.isBodyPaced = true }

    /// The whole answer was handed to the socket; it may still be in the send queue.
    func responseEnded() {
        guard case .answering = self.phase else { return }
        self.phase = .awaiting
        self.since = self.table.now
        self.isBodyDue = false
        // Who answered may be about to close; the last bytes of the answer may still be on their way down.
        if self.isLast { self.keeper?.closeSoon() }
    }

    /// Closes as soon as the socket has taken everything that was written.
    func closeWhenWritten() { self.keeper?.closeWhenWritten() }

    /// Lets the present answer be the last one; closes when there is none.
    func closeAfterResponse() {
        self.isLast = true
        if case .answering = self.phase { return }
        self.closeWhenWritten()
    }

    // MARK: Told by the guard

    /// Neither leaving nor lingering.
    var isOpen: Bool {
        switch self.phase {
        case .awaiting, .readingHead, .answering: true
        case .leaving, .lingering: false
        }
    }

    /// Whether closing it takes nothing from the client but its place.
    var isWaiting: Bool { self.phase.isWaiting }

    func bytesCame() {
        self.lastByte = self.table.now
        switch self.phase {
        case .awaiting: self.enter(.readingHead)
        case .readingHead: break
        case .answering, .leaving, .lingering: return
        }
        self.hasHeadBegun = true
    }

    /// More of the first line of the head that is awaited.
    func lineCame(_ count: Int, isWhole: Bool) {
        self.lineBytes += count
        self.hasRequestLine = isWhole
    }

    func bytesWritten(_ count: Int) {
        self.writtenBytes += Int64(count)
        if self.isAllTaken {
            self.isAllTaken = false
            self.lastTaken = self.table.now
        }
    }

    func enter(_ phase: Phase) {
        self.phase = phase
        self.since = self.table.now
    }

    /// From now on there is no further request.
    func quiesce() { self.isLast = true }
}
