import Dispatch
import Logging
import Synchronization

/// One connection to the server: the actor that confines a `PGconn`, and the order of what happens on it.
///
/// Its executor is a serial dispatch queue, on which the socket's dispatch source and the timers run as well. Operations
/// take turns (first come, first served); each has a deadline, and no wait inside it is without one.
actor Session {
    /// A connection that turned out to be dead before anything was sent on it, so that another one may be tried.
    struct Stale: Error {}

    nonisolated let id: Int
    private nonisolated let executor: SerialQueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    nonisolated var queue: DispatchQueue { executor.queue }

    let configuration: PostgresConfiguration
    let logger: Logger
    private let onLost: @Sendable (Int) -> Void

    /// Nil before `open()` and after the end.
    var libpq: LibpqConnection?
    /// Why there is no connection any more.
    private(set) var ending: PostgresError?
    /// The server closed the stream; what was read before is still to be looked at.
    var inputEnded = false
    var readWatch: SocketWatch?
    var writeWatch: SocketWatch?

    /// The server refused to write: another connection may lead to one that does.
    nonisolated let readOnly = Mutex(false)
    var statements: StatementCache
    var turns = TurnQueue()
    var operation: Operation?
    /// The operation, while it waits for the socket, the clock or a cancellation.
    private var paused: CheckedContinuation<Void, Never>?
    private var armedFor: ContinuousClock.Instant?

    /// What a listener has not taken yet; nil on a connection that nobody listens on.
    var notifications: [PostgresNotification]?
    var listening: CheckedContinuation<Void, Never>?
    var listenDeadline: ContinuousClock.Instant?

    /// - Parameter onLost: called on the connection's queue when it ends while nothing runs on it.
    init(
        id: Int,
        configuration: PostgresConfiguration,
        logger: Logger,
        listens: Bool,
        onLost: @escaping @Sendable (Int) -> Void
    ) {
        self.id = id
        self.configuration = configuration
        self.logger = logger
        self.onLost = onLost
        executor = SerialQueueExecutor(label: "mediad.postgres.connection")
        statements = StatementCache(capacity: configuration.statementCacheSize)
        notifications = listens ? [] : nil
    }

    /// The connection, if there still is one.
    func usable() throws -> LibpqConnection {
        if let libpq { return libpq }
        var error = ending ?? PostgresError(.connectionLost, "the connection is not open")
        error.commitOutcomeUnknown = operation?.inDoubt ?? false
        throw error
    }

    /// Ends the connection, at once, and everything that waits on it. The first reason stays.
    func shutDown(_ reason: PostgresError) {
        guard ending == nil else { return }
        ending = reason
        readWatch = nil
        writeWatch = nil
        libpq = nil
        resume()
        resumeListener()
        if operation == nil { onLost(id) }
    }

    /// Ends the connection for the pool.
    func close(_ reason: PostgresError) {
        shutDown(reason)
    }

    // MARK: Waiting

    /// Waits for the next event of any kind; the caller looks at the state again.
    func pause() async throws {
        guard let current = operation else { return }
        if current.interruption != nil, current.cancellation == .none { requestCancellation() }
        if current.abandoned { throw abandon() }
        _ = try usable()
        await withCheckedContinuation { paused = $0 }
        _ = try usable()
    }

    /// Like `pause()`, for waits that go on without a connection.
    func pauseUnconditionally() async {
        await withCheckedContinuation { paused = $0 }
    }

    /// Lets the paused operation look at the state.
    func resume() {
        paused?.resume()
        paused = nil
    }

    /// Makes sure that the timer fires at this instant or earlier. One shot usually serves many operations.
    func arm(_ instant: ContinuousClock.Instant) {
        if let armedFor, armedFor <= instant { return }
        armedFor = instant
        queue.asyncAfter(deadline: .now() + (instant - .now).dispatchInterval) { [weak self] in
            self?.assumeIsolated { $0.timerFired(instant) }
        }
    }

    private func timerFired(_ instant: ContinuousClock.Instant) {
        if armedFor == instant { armedFor = nil }
        let now = ContinuousClock.now
        if let listenDeadline {
            if listenDeadline <= now { resumeListener() } else { arm(listenDeadline) }
        }
        if let deadline = operation?.deadline {
            if deadline <= now { deadlinePassed() } else { arm(deadline) }
        }
    }

    func resumeListener() {
        listening?.resume()
        listening = nil
    }
}

extension Duration {
    /// The same span for dispatch, at least zero and at most about 292 years.
    var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return .nanoseconds(0) }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        // Rounded up, so that a timer does not fire just before its instant.
        let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000 + 1)
        return .nanoseconds(overflow || overflow2 ? .max : Int(sum))
    }
}
