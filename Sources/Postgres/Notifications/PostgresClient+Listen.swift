import Logging
import Primitives
import Synchronization

extension PostgresClient {
    /// Listens to channels on one connection of its own, beside the pool's, until the stream is dropped or the client closed.
    ///
    ///     for await notification in client.listen(to: ["orders", "customers"]) {
    ///         switch notification {
    ///         case .connected: // read the state afresh
    ///         case .disconnected: // what is known may be out of date
    ///         case .received(let channel, let payload, _): // ...
    ///         }
    ///     }
    ///
    /// The stream never fails: when the connection breaks it yields `.disconnected`, connects again with growing pauses, and
    /// yields `.connected`. After each `.connected` read afresh what the notifications are about. Notifications of all channels
    /// come in the order of the transactions that sent them. A consumer that falls more than `notificationBufferSize` behind
    /// loses the oldest and gets a `.disconnected` and a `.connected`. So does one whose server's queue is half full, until it
    /// is less so: senders may have to leave notifications out.
    /// Source: PostgreSQL, LISTEN; libpq, section 34.9.
    /// - Parameter channels: at least one; names of any characters, 63 bytes at most.
    package func listen(to channels: [String]) -> AsyncStream<PostgresNotification> {
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
            let listener = Listener(configuration: configuration, logger: logger, channels: channels) { [weak self] in
                self?.note(queueUsage: $0)
            }
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

    private func note(queueUsage: Double?) { state.withLock { $0.notificationQueueUsage = queueUsage } }
}

/// Keeps one connection alive that listens to channels.
struct Listener: Sendable {
    let configuration: PostgresConfiguration
    let logger: Logger
    let channels: [String]
    /// Told how full the server's queue is; nil when that is not known any more.
    let onQueueUsage: @Sendable (Double?) -> Void

    /// Half full, senders that care may soon leave notifications out. PostgreSQL, NOTIFY, "Notes".
    static let alarmingUsage = 0.5
    private static let askInterval = Duration.seconds(10)

    /// Returns when the task is cancelled.
    func run(_ output: AsyncStream<PostgresNotification>.Continuation) async {
        var backoff = Backoff(range: configuration.reconnectDelay)
        while !Task.isCancelled {
            var isConnected = false
            do {
                let session = try await Session.connect(configuration, id: 0, logger: logger, listens: true)
                do {
                    // Before LISTEN, which pg_stat_activity then shows of an idle listener.
                    onQueueUsage(try await queueUsage(session))
                    try await session.command(
                        channels.map { "LISTEN \(quotedIdentifier($0))" }.joined(separator: "; ")
                    )
                    backoff.succeeded()
                    isConnected = true
                    deliver(.connected, to: output)
                    try await forward(from: session, to: output)
                } catch {
                    await session.close(PostgresError(.poolClosed, "the listener ended"))
                    throw error
                }
            } catch {
                onQueueUsage(nil)
                if isConnected { deliver(.disconnected, to: output) }
                if Task.isCancelled { return }
                logger.warning(
                    "PostgreSQL listener lost its connection",
                    metadata: ["channels": "\(channels.joined(separator: ", "))", "error": "\(error)"]
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
        let interval = min(configuration.keepAliveInterval, Self.askInterval)
        var isAlarmed = false
        var nextQuestion = ContinuousClock.now + interval
        while true {
            if nextQuestion <= .now {
                // Asking also proves that the server's host has not vanished, and moves the tail of a queue on that the server
                // itself leaves where it is until somebody notifies.
                let usage = try await queueUsage(session)
                onQueueUsage(usage)
                if isAlarmed != (usage >= Self.alarmingUsage) {
                    isAlarmed.toggle()
                    deliver(isAlarmed ? .disconnected : .connected, to: output)
                    logger.warning(
                        isAlarmed
                            ? "PostgreSQL's notification queue fills up: look for a session that listens and is idle in a transaction"
                            : "PostgreSQL's notification queue has room again",
                        metadata: ["usage": "\(usage)"]
                    )
                }
                nextQuestion = .now + interval
            }
            for notification in try await session.nextNotifications(within: interval) {
                deliver(notification, to: output)
            }
        }
    }

    private func queueUsage(_ session: Session) async throws -> Double {
        let result = try await session.query(BoundStatement("SELECT pg_notification_queue_usage()"))
        return try result.rows.first?.decode(at: 0) ?? 0
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
