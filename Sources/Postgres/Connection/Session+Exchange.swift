import CLibpq
import Dispatch
import Synchronization

extension Session {
    /// Sends one request and collects its answer, all of it.
    ///
    /// libpq, section 34.4 "Asynchronous Command Processing": send, flush, then read until `PQgetResult` gives NULL.
    /// - Parameter inDoubt: whether the request commits something by itself.
    /// - Returns: the last result of the answer; nil when there was none.
    func exchange(inDoubt: Bool = false, _ send: (LibpqConnection) -> Bool) async throws -> ResultStorage? {
        let libpq = try usable()
        // Between two requests of one operation nothing runs that could be cancelled on the server.
        if let error = interruptionError("no further statement was sent") { throw error }
        guard send(libpq) else { throw lost(libpq, nil) }
        operation?.inDoubt = inDoubt
        try await flush(libpq)
        var last: ResultStorage?
        var failure: PostgresError?
        while let result = try await nextResult(libpq) {
            switch result.status {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                let error = PostgresError(.unsupported, "COPY is not supported; the connection was closed")
                shutDown(error)
                throw error
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
                failure = failure ?? PostgresError(result)
            default:
                last = result
            }
        }
        if inputEnded || libpq.isBad { throw lost(libpq, failure) }
        operation?.inDoubt = false
        guard var failure else { return last }
        // 25006 is read_only_sql_transaction: a standby, or a primary that became one.
        if failure.sqlState == "25006" { readOnly.withLock { $0 = true } }
        // 57014 is query_canceled: PostgreSQL, appendix A.
        if failure.sqlState == "57014", let error = interruptionError("the server has cancelled the statement") {
            failure.code = error.code
            failure.message = error.message
        }
        throw failure
    }

    private func flush(_ libpq: LibpqConnection) async throws {
        operation?.isFlushing = true
        defer { operation?.isFlushing = false }
        while true {
            switch libpq.flush() {
            case 0: return
            case 1:
                if inputEnded { throw lost(libpq, nil) }
                if writeWatch == nil {
                    writeWatch = SocketWatch(socket: libpq.socket, .writable, queue: queue) { [weak self] in
                        self?.assumeIsolated { $0.socketReady() }
                    }
                }
                try await pause()
            default: throw lost(libpq, nil)
            }
        }
    }

    private func nextResult(_ libpq: LibpqConnection) async throws -> ResultStorage? {
        while !inputEnded, libpq.isBusy { try await pause() }
        // PQgetResult never blocks when libpq is not busy, nor when it has given the socket up.
        if inputEnded, libpq.socket >= 0 { throw lost(libpq, nil) }
        return libpq.nextResult()
    }

    /// Ends the connection because it broke during the current operation.
    private func lost(_ libpq: LibpqConnection, _ failure: PostgresError?) -> PostgresError {
        var error = failure ?? PostgresError(.connectionLost, libpq.errorMessage)
        error.code = .connectionLost
        error.commitOutcomeUnknown = operation?.inDoubt ?? false
        shutDown(error)
        return error
    }

    /// The socket has something for us, or has ended.
    func socketReadable() {
        guard let libpq, readWatch != nil else { return }
        let isOpen = drain(libpq)
        while let notification = libpq.nextNotification() { notifications?.append(notification) }
        if !isOpen || libpq.isBad {
            readWatch = nil
            inputEnded = true
            if operation == nil {
                shutDown(PostgresError(.connectionLost, "the server closed an idle connection: \(libpq.errorMessage)"))
            }
        }
        if notifications?.isEmpty == false { resumeListener() }
        guard let operation else { return }
        // A long answer arrives in many pieces; only its end is worth waking the operation for.
        if operation.isFlushing || inputEnded || !libpq.isBusy { resume() }
    }

    /// Reads until the socket has nothing more; false at the end of the stream.
    ///
    /// To the last byte, because dispatch reports a hang-up once: on Linux it drops a descriptor from epoll with the first
    /// EPOLLHUP, so the end that follows a last message in the buffer would go unnoticed.
    ///
    /// The server sends a long answer in pieces of 8 KiB (`PQ_SEND_BUFFER_SIZE`, `src/backend/libpq/pqcomm.c`), some microseconds
    /// apart. To be woken by dispatch for each of them costs several switches of threads, more than all else that is done with it. So
    /// what has begun is waited for here, on this connection's own thread, for at most so long that timers are not late.
    private func drain(_ libpq: LibpqConnection) -> Bool {
        for _ in 0..<16 {
            guard libpq.consumeInput() else { return false }
            let isWhole = operation == nil || operation?.isFlushing == true || !libpq.isBusy
            guard libpq.hasInput(withinMilliseconds: isWhole ? 0 : 1) else { return true }
        }
        // A long answer: let timers and cancellations have their turn on the queue.
        queue.async { [weak self] in self?.assumeIsolated { $0.socketReadable() } }
        return true
    }

    /// Throws `Stale` if the server has already hung up, as far as this machine knows, and nothing runs.
    func verifyAlive() throws {
        if libpq?.hasInput == true { socketReadable() }
        if libpq != nil, !inputEnded { return }
        shutDown(PostgresError(.connectionLost, "the server closed an idle connection"))
        throw Stale()
    }
}
