import Dispatch

extension Session {
    /// The server process behind the connection.
    var processID: Int32 { libpq?.processID ?? 0 }

    /// Takes what has arrived, or waits for it.
    ///
    /// - Returns: nothing, when the interval has passed without a notification.
    /// - Throws: `.connectionLost`; `.cancelled`.
    func nextNotifications(within interval: Duration) async throws -> [PostgresNotification] {
        let deadline = ContinuousClock.now + interval
        listenDeadline = deadline
        defer { listenDeadline = nil }
        arm(deadline)
        while notifications?.isEmpty ?? true {
            _ = try usable()
            if Task.isCancelled { throw PostgresError(.cancelled, "the listener was cancelled") }
            if ContinuousClock.now >= deadline { return [] }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    listening = continuation
                    if Task.isCancelled { resumeListener() }
                }
            } onCancel: {
                queue.async { self.assumeIsolated { $0.resumeListener() } }
            }
        }
        defer { notifications = [] }
        return notifications ?? []
    }
}
