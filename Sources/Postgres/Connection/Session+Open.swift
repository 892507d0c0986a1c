import CLibpq
import Dispatch
import Logging

extension Session {
    /// Establishes a connection.
    ///
    /// - Throws: `.connectionFailed` with libpq's reason; `.cancelled`; `.invalidConfiguration`.
    static func connect(
        _ configuration: PostgresConfiguration,
        id: Int,
        logger: Logger,
        listens: Bool = false,
        onLost: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Session {
        try configuration.validate()
        let session = Session(
            id: id,
            configuration: configuration,
            logger: logger,
            listens: listens,
            onLost: onLost
        )
        do {
            try await session.open()
            return session
        } catch var error as PostgresError {
            if error.code != .cancelled { error.code = .connectionFailed }
            error.commitOutcomeUnknown = false
            await session.close(error)
            throw error
        }
    }

    private func open() async throws {
        try await operate(within: configuration.connectTimeout) { session in
            let libpq = try LibpqConnection(session.configuration, logger: session.logger)
            session.libpq = libpq
            try await session.finishConnecting(libpq)
            guard libpq.setNonBlocking(), session.startReading(libpq) else {
                throw PostgresError(.connectionFailed, "the connection could not be made non-blocking")
            }
            // Later than the client's own deadline: it is the net below it, for when this process dies.
            let limit = session.configuration.statementTimeout + .seconds(5)
            // Compiling takes longer than these statements do: PostgreSQL, section 32.2 "When to JIT?".
            _ = try await session.exchange {
                $0.send(script: "SET statement_timeout = \(limit.wholeMilliseconds); SET jit = off")
            }
        }
        logger.debug("PostgreSQL connection established", metadata: ["backend_pid": "\(libpq?.processID ?? 0)"])
    }

    /// libpq, section 34.1, `PQconnectPoll`: wait for what it asks for, call it again. The socket may differ each time.
    private func finishConnecting(_ libpq: LibpqConnection) async throws {
        var polling = PGRES_POLLING_WRITING
        while polling != PGRES_POLLING_OK {
            guard polling == PGRES_POLLING_READING || polling == PGRES_POLLING_WRITING, libpq.socket >= 0 else {
                throw libpq.connectFailure
            }
            try await waitForSocket(libpq, polling == PGRES_POLLING_READING ? .readable : .writable)
            polling = libpq.connectPoll()
        }
    }

    private func waitForSocket(_ libpq: LibpqConnection, _ direction: SocketWatch.Direction) async throws {
        writeWatch = SocketWatch(socket: libpq.socket, direction, queue: queue) { [weak self] in
            self?.assumeIsolated { $0.socketReady() }
        }
        guard writeWatch != nil else {
            throw PostgresError(.connectionFailed, "this process has no file descriptor left")
        }
        while writeWatch != nil {
            switch operation?.interruption {
            case .none: break
            case .some(.cancelled): throw PostgresError(.cancelled, "the task was cancelled while connecting")
            case .some(.timeout):
                let limit = configuration.connectTimeout
                throw PostgresError(.connectionFailed, "the server did not answer within \(limit)")
            }
            // Not pause(): there is no session on the server yet that could be asked to cancel.
            await pauseUnconditionally()
            _ = try usable()
        }
    }

    /// One shot: the watch goes away, so it does not fire again while the operation makes its next move.
    func socketReady() {
        writeWatch = nil
        resume()
    }

    private func startReading(_ libpq: LibpqConnection) -> Bool {
        readWatch = SocketWatch(socket: libpq.socket, .readable, queue: queue) { [weak self] in
            self?.assumeIsolated { $0.socketReadable() }
        }
        return readWatch != nil
    }
}

extension Duration {
    /// Rounded down.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
