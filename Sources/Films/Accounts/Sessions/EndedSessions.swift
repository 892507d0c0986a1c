import Postgres
package import Primitives
import Synchronization

/// Which sessions were ended while access tokens of theirs may still be good.
///
/// Every process reads the latest ends a few times in a second, whoever ended them, and SQL by hand included. So a check is a look into
/// memory, and a session that is ended anywhere is ended everywhere within a second. When the last look is older than that, the database is
/// asked about the one session instead.
package final class EndedSessions: Sendable {
    /// Between two looks.
    static let interval = Duration.milliseconds(400)
    /// How old what is known may be.
    private static let maximumAge = Duration.seconds(1)
    /// How far a look reaches back: longer than a transaction may take between the end and its commit.
    private static let overlapSeconds: Double = 60
    /// How far the first look reaches back, and how long an end is remembered: the life of an access token, and a little.
    private static let memorySeconds = Double(AccessTokens.lifetimeSeconds) + 120

    private let database: FilmsDatabase
    private let state = Mutex(State())

    private struct State {
        var ended: [RecordID: ContinuousClock.Instant] = [:]
        /// When the last look began.
        var lookedAt: ContinuousClock.Instant?
    }

    package init(database: FilmsDatabase) { self.database = database }

    /// Whether a session has ended.
    /// - Throws: ``FilmsError`` `database_unavailable`: nobody is let in by guess.
    func contains(_ session: RecordID) async throws(FilmsError) -> Bool {
        let known: Bool? = self.state.withLock { state in
            if state.ended[session] != nil { return true }
            guard let lookedAt = state.lookedAt, .now - lookedAt <= Self.maximumAge else { return nil }
            return false
        }
        if let known { return known }
        return try await self.database.run { client in
            try await client.query("SELECT FROM films.sessions WHERE id = \(session)").rows.isEmpty
        }
    }

    /// Counts a session as ended in this process at once.
    func insert(_ sessions: some Sequence<RecordID>) {
        self.state.withLock { state in for session in sessions { state.ended[session] = .now } }
    }

    /// Looks once.
    package func look() async throws(FilmsError) {
        let start = ContinuousClock.now
        let last = self.state.withLock(\.lookedAt)
        let isClose = last.map { start - $0 < .seconds(Self.overlapSeconds / 2) } ?? false
        let window = isClose ? Self.overlapSeconds : Self.memorySeconds
        let sessions = try await self.database.run { client in
            try await client.query(
                """
                SELECT session_id FROM films.ended_sessions \
                WHERE ended_at > clock_timestamp() - make_interval(secs => \(window))
                """
            ).rows.map { try $0.decode(at: 0, as: RecordID.self) }
        }
        self.state.withLock { state in
            for session in sessions where state.ended[session] == nil { state.ended[session] = start }
            state.lookedAt = start
        }
    }

    /// Forgets what no token can be of any more, here and in the database, and removes sessions that ran out.
    package func sweep(now: Timestamp) async throws(FilmsError) {
        self.state.withLock { state in
            state.ended = state.ended.filter { .now - $0.value < .seconds(Self.memorySeconds) }
        }
        try await self.database.run { client in
            _ = try await client.query(
                "DELETE FROM films.ended_sessions WHERE ended_at < clock_timestamp() - interval '1 hour'"
            )
            _ = try await client.query(
                """
                DELETE FROM films.sessions WHERE id IN \
                (SELECT id FROM films.sessions WHERE expires_at < \(now) ORDER BY expires_at LIMIT 1000)
                """
            )
        }
    }
}
