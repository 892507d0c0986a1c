import Logging
import Primitives
import Synchronization

extension PostgresClient {
    /// Listens to a channel on a connection of its own, beside the pool's, until the stream is dropped or the client closed.
    ///
    /// The stream never fails: when the connection breaks it says `.disconnected`, connects again with growing pauses, and
    /// says `.connected`. After each `.connected` read afresh what the notifications are about. A consumer that falls more
    /// than `notificationBufferSize` behind loses the oldest and is told by a `.disconnected` and a `.connected`.
    /// Source: PostgreSQL, LISTEN; libpq, section 34.9.
    package func listen(to channel: String) -> AsyncStream<PostgresNotification> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PostgresNotification.self,
            bufferingPolicy: .bufferingNewest(max(4, configuration.notificationBufferSize))
        )
        state.withLock { state in
            guard !state.machine.isClosed else {
                continuation.finish()
                return
            }
            state.listenerCount += 1
            let id = state.listenerCount
            let listener = Listener(configuration: configuration, logger: logger, channel: channel)
            let task = Task {
                await listener.run(continuation)
                continuation.finish()
                self.state.withLock { $0.listeners[id] = nil }
            }
            state.listeners[id] = task
            continuation.onTermination = { _ in task.cancel() }
        }
        return stream
    }
}

/// Keeps one `LISTEN` alive.
struct Listener: Sendable {
    let configuration: PostgresConfiguration
    let logger: Logger
    let channel: String

    /// Returns when the task is cancelled.
    func run(_ output: AsyncStream<PostgresNotification>.Continuation) async {
        var backoff = Backoff(range: configuration.reconnectDelay)
        while !Task.isCancelled {
            var isConnected = false
            do {
                let session = try await Session.connect(configuration, id: 0, logger: logger, listens: true)
                do {
                    try await session.command("LISTEN \(quotedIdentifier(channel))")
                    backoff.succeeded()
                    isConnected = true
                    deliver(.connected, to: output)
                    try await forward(from: session, to: output)
                } catch {
                    await session.close(PostgresError(.poolClosed, "the listener ended"))
                    throw error
                }
            } catch {
                if isConnected { deliver(.disconnected, to: output) }
                if Task.isCancelled { return }
                logger.warning(
                    "PostgreSQL listener lost its connection",
                    metadata: ["channel": "\(channel)", "error": "\(error)"]
                )
            }
            backoff.failed(at: .now, jitter: .random(in: 0...1))
            if let pause = backoff.nextAttempt { try? await Task.sleep(until: pause, clock: .continuous) }
        }
    }

    private func forward(
        from session: Session,
        to output: AsyncStream<PostgresNotification>.Continuation
    ) async throws {
        while true {
            let notifications = try await session.nextNotifications(within: configuration.keepAliveInterval)
            for notification in notifications { deliver(notification, to: output) }
            // Silence may also mean that the server's host has vanished.
            if notifications.isEmpty { try await session.command("") }
        }
    }

    /// Hands one over. If the consumer is too slow and an older one was dropped for it, the newest two say so.
    private func deliver(
        _ notification: PostgresNotification,
        to output: AsyncStream<PostgresNotification>.Continuation
    ) {
        guard case .dropped = output.yield(notification) else { return }
        output.yield(.disconnected)
        output.yield(.connected)
    }
}
