import Dispatch
import Logging
import Synchronization

extension PostgresClient {
    /// Takes a connection from the pool; waits for one, first come, first served.
    ///
    /// - Throws: `.poolExhausted`, `.poolClosed`, `.connectionFailed`, `.cancelled`.
    func acquire() async throws -> Session {
        if Task.isCancelled { throw Session.cancelledBeforehand }
        let ticket = Mutex<Int?>(nil)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(continuation) { id in ticket.withLock { $0 = id } }
                // A cancellation before the ticket was written found nothing to withdraw.
                if Task.isCancelled, let id = ticket.withLock({ $0 }) { withdraw(id) }
            }
        } onCancel: {
            if let id = ticket.withLock({ $0 }) { withdraw(id) }
        }
    }

    private func enter(_ continuation: CheckedContinuation<Session, any Error>, waiting: (Int) -> Void) {
        let outcome: Result<Session, any Error>? = state.withLock { state in
            switch state.machine.acquire(now: .now) {
            case .leased(let id):
                // The machine leases only what the driver has registered; nil would mean an error below, not a crash.
                guard let session = state.sessions[id] else {
                    state.machine.discard(id)
                    return .failure(PostgresError(.connectionLost, "the connection is gone"))
                }
                return .success(session)
            case .waiting(let id):
                state.waiters[id] = continuation
                waiting(id)
                return nil
            case .refused:
                let limit = configuration.maximumWaiters
                return .failure(
                    PostgresError(.poolExhausted, "\(limit) callers wait for a connection already; try again later")
                )
            case .closed:
                return .failure(PostgresError(.poolClosed, "the database client was closed"))
            }
        }
        if let outcome { continuation.resume(with: outcome) } else { advance() }
    }

    private func withdraw(_ id: Int) {
        let continuation = state.withLock { state in
            state.machine.withdraw(id) ? state.waiters.removeValue(forKey: id) : nil
        }
        continuation?.resume(
            throwing: PostgresError(.cancelled, "the task was cancelled while waiting for a connection")
        )
    }

    /// Takes a connection back.
    ///
    /// - Parameter idleSince: of one that was leased only to probe it: since when no caller has needed it.
    func release(_ session: Session, reusable: Bool, idleSince: ContinuousClock.Instant? = nil) {
        let isReadOnly = session.readOnly.withLock { $0 }
        // The others lead to the same server.
        if isReadOnly { evictIdle() }
        let outcome = state.withLock { state -> Placed in
            guard reusable, !isReadOnly else {
                state.machine.discard(session.id)
                return Placed(doomed: state.sessions.removeValue(forKey: session.id))
            }
            let placement =
                if let idleSince {
                    state.machine.giveBackProbed(session.id, idleSince: idleSince, now: .now)
                } else {
                    state.machine.giveBack(session.id, now: .now)
                }
            return state.place(session, placement)
        }
        settle(outcome, session)
        advance()
    }

    /// What became of a connection, as far as it has to be done without the lock. A caller that is resumed may be cancelled at the same
    /// moment, and its handler waits for the lock while the runtime waits for the handler: whoever resumed it under the lock would wait
    /// for both (the documentation of `withTaskCancellationHandler(operation:onCancel:)` warns of it).
    fileprivate struct Placed {
        var doomed: Session?
        var waiter: CheckedContinuation<Session, any Error>?
    }

    private func settle(_ outcome: Placed, _ session: Session) {
        outcome.waiter?.resume(returning: session)
        if let doomed = outcome.doomed { dispose(doomed) }
    }

    /// Closes all connections that nobody uses.
    private func evictIdle() {
        while let (session, _) = leaseIdle(.now) {
            state.withLock { state in
                state.machine.discard(session.id)
                state.sessions[session.id] = nil
            }
            dispose(session)
        }
    }

    /// Closes a connection that the pool has forgotten.
    func dispose(_ session: Session) {
        session.queue.async {
            session.assumeIsolated { $0.close(PostgresError(.poolClosed, "the connection was closed by the pool")) }
        }
    }

    /// The server ended a connection on which nothing ran.
    func lost(_ id: Int) {
        state.withLock { state in
            if state.machine.lost(id) { state.sessions[id] = nil }
        }
        advance()
    }

    // MARK: Progress

    /// Does what is due: refuses those who waited too long, opens connections, sets the timer, reports the end.
    func advance() {
        let now = ContinuousClock.now
        let (expired, failure, drained) = state.withLock { state in
            let expired = state.machine.expire(now: now).compactMap { state.waiters.removeValue(forKey: $0) }
            for id in state.machine.startConnecting(now: now) {
                // Registered under the lock, so that the attempt cannot end before it is.
                state.attempts[id] = Task { await self.connect(id) }
            }
            if let wake = state.machine.nextWake { arm(wake, &state) }
            guard state.machine.isDrained else {
                return (expired, state.lastFailure, [CheckedContinuation<Void, Never>]())
            }
            defer { state.drained = [] }
            return (expired, state.lastFailure, state.drained)
        }
        for waiter in expired { waiter.resume(throwing: exhausted(failure)) }
        for waiter in drained { waiter.resume() }
    }

    private func exhausted(_ failure: PostgresError?) -> PostgresError {
        let limit = configuration.acquireTimeout
        if let failure {
            return PostgresError(.connectionFailed, "no connection within \(limit): \(failure.message)", cause: failure)
        }
        return PostgresError(
            .poolExhausted,
            "all \(configuration.maximumConnections) connections were busy for \(limit)"
        )
    }

    private func arm(_ instant: ContinuousClock.Instant, _ state: inout State) {
        if let armed = state.armedFor, armed <= instant { return }
        state.armedFor = instant
        timers.asyncAfter(deadline: .now() + (instant - .now).dispatchInterval) { [weak self] in
            guard let self else { return }
            self.state.withLock { if $0.armedFor == instant { $0.armedFor = nil } }
            self.advance()
        }
    }

    private func connect(_ id: Int) async {
        do {
            let session = try await Session.connect(configuration, id: id, logger: logger) { [weak self] id in
                self?.lost(id)
            }
            connected(session)
        } catch {
            connectFailed(id, error as? PostgresError ?? PostgresError(.connectionFailed, "\(error)"))
        }
        advance()
    }

    private func connected(_ session: Session) {
        let outcome = state.withLock { state in
            state.attempts[session.id] = nil
            state.lastFailure = nil
            state.sessions[session.id] = session
            return state.place(session, state.machine.connected(session.id, now: .now))
        }
        settle(outcome, session)
    }

    private func connectFailed(_ id: Int, _ error: PostgresError) {
        // 57P03 is cannot_connect_now: starting up, recovering or shutting down. PostgreSQL, appendix A.
        let isStartingUp = error.sqlState == "57P03"
        let failed = state.withLock { state in
            state.attempts[id] = nil
            state.lastFailure = error
            return state.machine.connectFailed(
                id,
                isStartingUp: isStartingUp,
                now: .now,
                jitter: .random(in: 0...1)
            ).compactMap { state.waiters.removeValue(forKey: $0) }
        }
        if error.code != .cancelled {
            logger.warning("PostgreSQL connection failed", metadata: ["error": "\(error)"])
        }
        for waiter in failed { waiter.resume(throwing: error) }
    }
}

extension PostgresClient.State {
    /// Does what the machine decided about a connection; returns what is left to do behind the lock.
    fileprivate mutating func place(
        _ session: Session,
        _ placement: PoolStateMachine.Placement
    ) -> PostgresClient.Placed {
        switch placement {
        case .handOver(let waiter): PostgresClient.Placed(waiter: waiters.removeValue(forKey: waiter))
        case .park: PostgresClient.Placed()
        case .close: PostgresClient.Placed(doomed: sessions.removeValue(forKey: session.id))
        }
    }
}
