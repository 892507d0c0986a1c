extension PostgresClient {
    /// Whether a notification that one connection sends arrives at another one that listens.
    ///
    /// It does not where a pooler gives connections of the server out for single transactions (PgBouncer, `pool_mode =
    /// transaction`): the connection that said `LISTEN` then belongs to nobody when the notification comes.
    /// - Parameter limit: how long to wait for it.
    /// - Throws: `PostgresError`.
    package func hearsNotifications(within limit: Duration) async throws -> Bool {
        let channel = quotedIdentifier("mediad_\(String(UInt64.random(in: .min ... .max), radix: 36))")
        let session = try await Session.connect(configuration, id: 0, logger: logger, listens: true)
        do {
            try await session.command("LISTEN \(channel)")
            // By another connection: behind a pooler one that listens might hear itself, by luck.
            try await withConnection { try await $0.execute(script: "NOTIFY \(channel)") }
            let deadline = ContinuousClock.now + limit
            var isHeard = false
            while !isHeard, .now < deadline {
                isHeard = try await !session.nextNotifications(within: deadline - .now).isEmpty
            }
            await session.close(PostgresError(.poolClosed, "the trial ended"))
            return isHeard
        } catch {
            await session.close(PostgresError(.poolClosed, "the trial ended"))
            throw error
        }
    }
}
