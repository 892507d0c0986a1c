import NIOCore

/// Where one connection stands between its requests and responses, of HTTP/1 and HTTP/2 alike: what its time-outs count from,
/// and whether it may go on.
///
/// A pure value: it sets no timer and reads no clock. Two drivers tell it what happens and do what it returns:
/// ``TrackedConnection`` with ``ConnectionGuard`` for HTTP/1, ``HTTP2ConnectionRules`` for HTTP/2. In HTTP/1 a connection has
/// one exchange at a time, in HTTP/2 as many as it has streams (`ConnectionState+Streams.swift`).
///
///     idle ─▶ readingHead ─▶ exchanging ─▶ idle …          the last one: ─▶ flushing ─▶ lingering
struct ConnectionState {
    /// What is waited for.
    enum Phase: Equatable {
        /// The first byte of a next request; in HTTP/2 the next stream.
        case idle
        /// The rest of a request's head; on a new connection of HTTP/1 all of it.
        case readingHead(HeadProgress)
        /// The end of a response.
        case exchanging(RequestBody)
        /// The socket has to take what is written; then the connection ends.
        case flushing
        /// The client's end of the connection. What it still sends is thrown away for a while: closing at once would make the
        /// kernel reset the connection, and the client would never see the response.
        case lingering
    }

    /// What has come of the head that is awaited.
    struct HeadProgress: Equatable {
        var hasBegun = false
        /// Whether the first line has come whole.
        var hasRequestLine = false
        /// Bytes that have come, as long as it has not.
        var lineBytes = 0
    }

    /// Who waits for the body of the request that is responded to.
    enum RequestBody: Equatable {
        /// It has not come whole, and the connection's idle time-out counts.
        case due
        /// Somebody else sees to it that it keeps coming: who reads it, or the stream that it comes by.
        case paced
        /// It came whole, or there is none.
        case read
    }

    /// How far the connection's end was announced.
    enum Ending: Equatable {
        case none
        /// No further request is begun: the present response says `Connection: close`, or a first GOAWAY was sent.
        case announced
        /// HTTP/2: the GOAWAY that names the last stream was sent.
        case final
        /// HTTP/2: the client has had the time to read it.
        case heard
    }

    let policy: Policy
    private(set) var phase: Phase
    /// When the phase began; in ``Phase/exchanging(_:)`` when the one before began.
    private(set) var since: NIODeadline
    /// When bytes last came.
    private(set) var lastByte: NIODeadline
    var ending = Ending.none
    private var requests = 0
    /// Streams of HTTP/2 that are open.
    var openStreams = 0
    var sending: SendProgress

    /// A new connection of HTTP/1: its first head is awaited.
    static func http1(_ policy: Policy, now: NIODeadline) -> ConnectionState {
        ConnectionState(policy, phase: .readingHead(HeadProgress()), now: now)
    }

    /// A new connection of HTTP/2.
    static func http2(_ policy: Policy, now: NIODeadline) -> ConnectionState {
        ConnectionState(policy, phase: .idle, now: now)
    }

    private init(_ policy: Policy, phase: Phase, now: NIODeadline) {
        self.policy = policy
        self.phase = phase
        self.since = now
        self.lastByte = now
        self.sending = SendProgress(now: now)
    }

    // MARK: Questions

    /// Neither flushing nor lingering: requests are still taken.
    var isOpen: Bool {
        switch self.phase {
        case .idle, .readingHead, .exchanging: true
        case .flushing, .lingering: false
        }
    }

    /// Whether closing it takes nothing from the client but its place.
    var isWaiting: Bool {
        switch self.phase {
        case .idle, .readingHead, .lingering: true
        case .exchanging, .flushing: false
        }
    }

    /// False when the present response has to be the last one.
    var mayKeepAlive: Bool { self.ending == .none }

    /// Asked before ``requestBegan()``: false when the response to a next request will have to be the last one.
    var mayKeepAliveOnceMore: Bool { self.ending == .none && self.requests + 1 < self.policy.maximumRequests }

    /// The head that is awaited, as far as it has come.
    var head: HeadProgress? { if case .readingHead(let head) = self.phase { head } else { nil } }

    // MARK: What happens

    mutating func bytesCame(now: NIODeadline) {
        self.lastByte = now
        switch self.phase {
        case .idle: self.enter(.readingHead(HeadProgress(hasBegun: true)), now: now)
        case .readingHead(var head) where !head.hasBegun:
            head.hasBegun = true
            self.phase = .readingHead(head)
        case .readingHead, .exchanging, .flushing, .lingering: break
        }
    }

    /// More of the first line of the head that is awaited.
    mutating func lineCame(_ count: Int, isWhole: Bool) {
        guard case .readingHead(var head) = self.phase else { return }
        head.lineBytes += count
        head.hasRequestLine = isWhole
        self.phase = .readingHead(head)
    }

    /// A whole head was read; the response is being made.
    mutating func requestBegan() {
        guard self.isOpen else { return }
        self.phase = .exchanging(.due)
        self.requests += 1
        if self.requests >= self.policy.maximumRequests { self.lastRequestCame() }
    }

    /// The request's body came whole, or it has none.
    mutating func requestRead() {
        if case .exchanging = self.phase { self.phase = .exchanging(.read) }
    }

    /// Whoever reads the body has a time-out of its own.
    mutating func bodyIsPaced() {
        if case .exchanging(.due) = self.phase { self.phase = .exchanging(.paced) }
    }

    /// The whole response was handed to the socket; it may still be in the send queue.
    /// - Returns: whether the connection ends with it.
    mutating func responseEnded(now: NIODeadline) -> Bool {
        guard case .exchanging = self.phase else { return false }
        self.enter(.idle, now: now)
        return self.ending != .none
    }

    /// There is no further request behind the present one.
    /// - Returns: whether there is none at all, so that the connection can end at once.
    @discardableResult
    mutating func lastRequestCame() -> Bool {
        if self.ending == .none { self.ending = .announced }
        if case .exchanging = self.phase { return false }
        return true
    }

    /// Everything is written; the connection ends when the socket has taken it.
    /// - Returns: false when it is ending already.
    mutating func beginFlushing(now: NIODeadline) -> Bool {
        guard self.isOpen else { return false }
        self.enter(.flushing, now: now)
        return true
    }

    /// The socket has taken everything; the client is given time to read it.
    mutating func beginLingering(now: NIODeadline) { self.enter(.lingering, now: now) }

    /// Begins a phase that counts from now.
    mutating func enter(_ phase: Phase, now: NIODeadline) {
        self.phase = phase
        self.since = now
    }
}
