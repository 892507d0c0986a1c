import Dispatch
import Synchronization

extension PostgresClient {
    /// Keeps the pool in order until the task is cancelled or `close()` is called, and closes it then.
    ///
    /// Probes connections that were neither used nor probed for `keepAliveInterval`, so that a firewall's silent cut is found
    /// before a caller does, and closes those that no caller needed for `idleTimeout`.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tend() }
            group.addTask { await self.closed.wait() }
            await group.next()
            group.cancelAll()
        }
        await close()
    }

    private func tend() async {
        // A cancelled sleep is the end of the upkeep, not an error.
        while !Task.isCancelled, (try? await Task.sleep(for: configuration.keepAliveInterval)) != nil {
            let start = ContinuousClock.now
            while !Task.isCancelled, let (session, since) = leaseIdle(start - configuration.keepAliveInterval) {
                if since <= start - configuration.idleTimeout {
                    release(session, reusable: false)
                } else {
                    release(session, reusable: await session.probe(), idleSince: since)
                }
            }
        }
    }

    func leaseIdle(_ instant: ContinuousClock.Instant) -> (Session, ContinuousClock.Instant)? {
        state.withLock { state in
            guard let (id, since) = state.machine.leaseIdle(verifiedBy: instant) else { return nil }
            guard let session = state.sessions[id] else {
                state.machine.discard(id)
                return nil
            }
            return (session, since)
        }
    }

    /// Refuses new work, gives the work in flight `closeTimeout` to end, then cuts it off. May be called more than once.
    ///
    /// Work that was cut off fails with `.poolClosed`. When this returns, every connection is closed or about to be.
    package func close() async {
        let (waiters, idle, attempts, tasks) = state.withLock { state in
            let (waiters, idle) = state.machine.close()
            return (
                waiters.compactMap { state.waiters.removeValue(forKey: $0) },
                idle.compactMap { state.sessions.removeValue(forKey: $0) },
                Array(state.attempts.values),
                Array(state.listeners.values)
            )
        }
        for task in attempts + tasks { task.cancel() }
        closed.raise()
        for waiter in waiters { waiter.resume(throwing: PostgresError(.poolClosed, "the database client was closed")) }
        for session in idle { dispose(session) }
        await drain()
        for task in tasks { await task.value }
    }

    private func drain() async {
        let cutOff = DispatchWorkItem { [weak self] in self?.cutOff() }
        let seconds = DispatchTime.now() + configuration.closeTimeout.dispatchInterval
        timers.asyncAfter(deadline: seconds, execute: cutOff)
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if !state.machine.isDrained { state.drained.append(continuation) }
                return state.machine.isDrained
            }
            if isDrained { continuation.resume() }
        }
        cutOff.cancel()
    }

    /// Ends the connections that are still lent out. Those who wait for the end wait no longer: a body that does not return
    /// is not the pool's to stop.
    private func cutOff() {
        let (sessions, drained) = state.withLock { state in
            defer { state.drained = [] }
            return (state.machine.leasedConnections.compactMap { state.sessions[$0] }, state.drained)
        }
        for session in sessions {
            session.queue.async {
                session.assumeIsolated {
                    $0.shutDown(PostgresError(.poolClosed, "the database client was closed while this was under way"))
                }
            }
        }
        for waiter in drained { waiter.resume() }
    }
}

extension Session {
    /// Whether the server answers.
    func probe() async -> Bool {
        do {
            try await command("", verify: true)
            return await tidy()
        } catch {
            return false
        }
    }

    /// Throws `Stale` if the connection is dead already.
    func verify() async throws {
        try await operate(within: configuration.statementTimeout) { try $0.verifyAlive() }
    }
}
