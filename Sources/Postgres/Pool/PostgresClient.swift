import Dispatch
package import Logging
import Synchronization

/// A bounded pool of connections to one PostgreSQL database.
///
///     let client = PostgresClient(configuration: configuration, logger: logger)
///     let rows = try await client.query("SELECT title FROM books WHERE year = \(year)")
///
/// Works from the first call on; `run()` adds the upkeep. Connections are made when they are needed, and made again, with
/// growing pauses, after the server was away. Using a connection inside of another's closure takes two of them, so callers
/// that nest can use up the pool; they are then refused after `acquireTimeout`, not blocked for ever.
package final class PostgresClient: Sendable {
    struct State: ~Copyable {
        var machine: PoolStateMachine
        var sessions: [Int: Session] = [:]
        var waiters: [Int: CheckedContinuation<Session, any Error>] = [:]
        var attempts: [Int: Task<Void, Never>] = [:]
        var listeners: [Int: Task<Void, Never>] = [:]
        var listenerCount = 0
        /// The reason of the last failed attempt, until one succeeds.
        var lastFailure: PostgresError?
        /// How full the server's queue of notifications was when a listener last asked.
        var notificationQueueUsage: Double?
        var armedFor: ContinuousClock.Instant?
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    let configuration: PostgresConfiguration
    let logger: Logger
    let state: Mutex<State>
    let timers = DispatchQueue(label: "mediad.postgres.pool")
    let closed = Signal()

    /// A client that has not connected yet. A bad configuration is reported by the first use, or by `validate()`.
    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        let limits = PoolStateMachine.Limits(
            connections: max(1, configuration.maximumConnections),
            waiters: max(0, configuration.maximumWaiters),
            acquireTimeout: configuration.acquireTimeout,
            reconnectDelay: configuration.reconnectDelay
        )
        state = Mutex(State(machine: PoolStateMachine(limits: limits)))
    }

    /// Runs one statement on any connection.
    ///
    /// Cancelling the task cancels the statement on the server. A statement that may have reached the server is never sent
    /// twice; see `PostgresError.commitOutcomeUnknown`.
    /// - Throws: `PostgresError`.
    package func query(_ query: PostgresQuery) async throws -> PostgresResult {
        let statement = try BoundStatement(query)
        return try await retryingStale {
            let session = try await acquire()
            let (outcome, reusable) = await session.once(statement)
            release(session, reusable: reusable)
            return try outcome.get()
        }
    }

    /// Lends a connection to the body. A transaction that the body leaves open is rolled back.
    package func withConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
        let session = try await acquireVerified { try await $0.verify() }
        let connection = PostgresConnection(session)
        let outcome: Result<R, any Error>
        do {
            outcome = .success(try await body(connection))
        } catch {
            outcome = .failure(error)
        }
        connection.release()
        release(session, reusable: await session.tidy())
        return try outcome.get()
    }

    /// How the pool is used just now, for metrics.
    package var usage: Usage {
        state.withLock { state in
            Usage(
                connections: state.machine.connectionCount,
                leasedConnections: state.machine.leasedConnections.count,
                waiters: state.machine.waiterCount
            )
        }
    }

    /// How full the server's queue of notifications is, from 0 to 1, as a listener has last heard; nil while nobody listens.
    package var notificationQueueUsage: Double? { state.withLock { $0.notificationQueueUsage } }

    /// The state of the pool at one time.
    package struct Usage: Sendable, Hashable {
        /// All connections, those being established included.
        package var connections: Int
        /// Those that somebody uses.
        package var leasedConnections: Int
        /// Callers that wait for one.
        package var waiters: Int
    }

    /// Takes a connection on which the first step has succeeded; dead ones are passed over.
    func acquireVerified(_ firstStep: (Session) async throws -> Void) async throws -> Session {
        try await retryingStale {
            let session = try await acquire()
            do {
                try await firstStep(session)
                return session
            } catch {
                release(session, reusable: await session.tidy())
                throw error
            }
        }
    }

    /// Repeats what failed on a dead connection before anything was sent. Each round removes such a connection.
    private func retryingStale<R>(_ attempt: () async throws -> R) async throws -> R {
        for _ in 0...configuration.maximumConnections {
            do {
                return try await attempt()
            } catch is Session.Stale {
                continue
            }
        }
        throw PostgresError(.connectionLost, "the server closes every connection at once; see its log")
    }
}
