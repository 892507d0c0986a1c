import Logging
import Primitives
import Synchronization

extension PostgresCluster {
    private static let restartPauses: ClosedRange<Duration> = .milliseconds(200)...(.seconds(30))

    /// Keeps the server running until ``close()`` or cancellation: one that ends by itself is started again.
    ///
    /// The pause before a new start doubles from 0.2 s to at most 30 s, and begins anew after a minute of running. A
    /// server that cannot be started is logged as an error each time, and tried again: its database may come back when a
    /// disk has room again. For a guest this only waits.
    package func run() async throws {
        defer { supervisionEnded.set(()) }
        guard server != nil else {
            _ = try? await closing.wait()
            return
        }
        state.withLock { $0.isSupervising = true }
        var backoff = Backoff(range: Self.restartPauses, calm: .seconds(60))
        while closing.value == nil {
            guard let postmaster = state.withLock({ $0.postmaster }) else { return }
            guard let ending = try? await postmaster.waitForExit(), closing.value == nil else { return }
            logger.error(
                "PostgreSQL ended unexpectedly and will be started again",
                metadata: [
                    "pid": .stringConvertible(postmaster.processID), "status": "\(ending)",
                    "log": "\(postmaster.log.tail.suffix(1000))",
                ]
            )
            await restart(&backoff)
        }
    }

    private func restart(_ backoff: inout Backoff) async {
        while closing.value == nil, !Task.isCancelled {
            if await closing.wait(atMost: backoff.failed(at: .now)) != nil { return }
            do {
                try await startServer()
                logger.notice("PostgreSQL runs again", metadata: ["pid": .stringConvertible(processID ?? 0)])
                return
            } catch {
                guard closing.value == nil, !Task.isCancelled else { return }
                logger.error("PostgreSQL could not be started again", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Starts a server and waits until it is ready; one that does not get ready is stopped.
    func startServer() async throws {
        guard let server else { return }
        try await server.clearTheWay(logger: logger)
        let postmaster = try await Postmaster.start(server.launch, logger: logger)
        state.withLock { $0.postmaster = postmaster }
        do {
            try await postmaster.waitUntilReady(silence: server.configuration.startTimeout)
        } catch {
            await postmaster.stop(.fast, patience: server.configuration.stopTimeout)
            throw error
        }
        logger.info(
            "PostgreSQL is ready",
            metadata: [
                "pid": .stringConvertible(postmaster.processID),
                "version": .stringConvertible(server.launch.binaries.majorVersion),
                "account": "\(server.launch.account.name)", "directory": "\(server.launch.dataDirectory)",
            ]
        )
    }
}
