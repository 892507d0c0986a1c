import Dispatch

extension Session {
    /// Why a statement is to stop before it is done.
    enum Interruption {
        case cancelled
        case timeout
    }

    /// How far the request to cancel has come.
    enum Cancellation {
        case none
        case underWay
        case finished
    }

    /// One turn on the connection.
    struct Operation {
        let token: UInt64
        /// When to interrupt it; after the interruption: when to give the connection up.
        var deadline: ContinuousClock.Instant
        var interruption: Interruption?
        var cancellation = Cancellation.none
        /// The server answered neither the statement nor its cancellation in time.
        var abandoned = false
        /// Something that commits by itself is on its way, and its answer not yet here.
        var inDoubt = false
        /// The socket would not take all of the request yet.
        var isFlushing = false
    }

    /// Runs work when its turn has come, with a deadline, and interrupts it when the task is cancelled.
    ///
    /// - Parameter cancellable: false for what must end in a known state: `COMMIT`, `ROLLBACK`.
    func operate<Result: Sendable>(
        within timeout: Duration,
        cancellable: Bool = true,
        _ work: (isolated Session) async throws -> Result
    ) async throws -> Result {
        let ticket = turns.makeTicket()
        try await takeTurn(ticket, cancellable: cancellable)
        let deadline = ContinuousClock.now + timeout
        operation = Operation(token: ticket, deadline: deadline)
        arm(deadline)
        let outcome: Swift.Result<Result, any Error>
        do {
            if cancellable {
                outcome = .success(
                    try await withTaskCancellationHandler {
                        if Task.isCancelled { throw Self.cancelledBeforehand }
                        return try await work(self)
                    } onCancel: {
                        queue.async { self.assumeIsolated { $0.interrupt(ticket, .cancelled) } }
                    }
                )
            } else {
                outcome = .success(try await work(self))
            }
        } catch {
            outcome = .failure(error)
        }
        await settleCancellation()
        operation = nil
        turns.pass()
        return try outcome.get()
    }

    private func takeTurn(_ ticket: UInt64, cancellable: Bool) async throws {
        if turns.take() { return }
        guard cancellable else {
            _ = await withCheckedContinuation { turns.enqueue(ticket, $0) }
            return
        }
        let hasTurn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                turns.enqueue(ticket, continuation)
                if Task.isCancelled { turns.withdraw(ticket) }
            }
        } onCancel: {
            queue.async { self.assumeIsolated { $0.turns.withdraw(ticket) } }
        }
        guard hasTurn else { throw Self.cancelledBeforehand }
    }

    static var cancelledBeforehand: PostgresError {
        PostgresError(.cancelled, "the task was cancelled before the statement was sent")
    }

    // MARK: Interruption

    private func interrupt(_ token: UInt64, _ interruption: Interruption) {
        guard let current = operation, current.token == token, current.interruption == nil else { return }
        let deadline = ContinuousClock.now + configuration.cancelTimeout
        operation?.interruption = interruption
        operation?.deadline = deadline
        arm(deadline)
        resume()
    }

    /// The timer's word that the current operation has used up its time.
    func deadlinePassed() {
        guard let current = operation else { return }
        if current.interruption == nil {
            interrupt(current.token, .timeout)
        } else {
            operation?.abandoned = true
            resume()
        }
    }

    /// Asks the server to cancel. The answer comes as the statement's own result.
    func requestCancellation() {
        guard let current = operation, let request = libpq?.makeCancellation() else { return }
        let sent = request.send { [weak self] in
            guard let self else { return }
            self.queue.async { self.assumeIsolated { $0.cancellationFinished(current.token) } }
        }
        operation?.cancellation = sent ? .underWay : .finished
    }

    private func cancellationFinished(_ token: UInt64) {
        guard operation?.token == token else { return }
        operation?.cancellation = .finished
        resume()
    }

    /// Waits until a request to cancel can no longer hit the next statement.
    ///
    /// `PQcancel` returns when the server has signalled its process, and a signal that finds no statement is dropped before
    /// the next one is read (`src/backend/tcop/postgres.c`), so afterwards the connection is clean.
    private func settleCancellation() async {
        while operation?.cancellation == .underWay, libpq != nil {
            if operation?.abandoned == true {
                shutDown(PostgresError(.connectionLost, "a request to cancel a statement did not return"))
                return
            }
            await pauseUnconditionally()
        }
    }

    /// The error for an interrupted statement; nil when nothing interrupted.
    func interruptionError(_ ending: String) -> PostgresError? {
        switch operation?.interruption {
        case .none: nil
        case .some(.cancelled): PostgresError(.cancelled, "the task was cancelled; \(ending)")
        case .some(.timeout): PostgresError(.timeout, "the statement took too long; \(ending)")
        }
    }

    /// Gives the connection up, because its state is unsure.
    func abandon() -> PostgresError {
        var error =
            interruptionError("the server did not answer the cancellation, so the connection was closed")
            ?? PostgresError(.connectionLost, "the connection was given up")
        error.commitOutcomeUnknown = operation?.inDoubt ?? false
        shutDown(error)
        return error
    }
}
