import Postgres
import Primitives

/// Sessions and their refresh tokens in the database.
struct SessionStore: Sendable {
    let database: FilmsDatabase

    /// Sessions of one account, at most; the one that was not used for the longest time makes room.
    static let maximumPerAccount = 100

    /// A session that a person has begun.
    struct NewSession: Sendable {
        var id: RecordID
        var accountID: RecordID
        /// The hash that the password was compared with.
        var passwordHash: String
        /// By the present parameters, where it is to be replaced.
        var replacement: String?
        var device: String?
        var lifetime: Duration
    }

    /// Begins a session.
    ///
    /// - Returns: its first refresh token; nil when the account is gone or its password has changed meanwhile.
    func insert(_ session: NewSession, now: Timestamp) async throws(FilmsError) -> RefreshToken? {
        let family = RefreshFamily(sessionID: session.id, key: RefreshFamily.newSecret(), generation: 0)
        let token = family.first(secret: RefreshFamily.newSecret())
        return try await self.database.transaction { connection in
            let kept = try await connection.query(
                """
                UPDATE films.accounts SET password_hash = \(session.replacement ?? session.passwordHash) \
                WHERE id = \(session.accountID) AND password_hash = \(session.passwordHash)
                """
            )
            guard kept.affectedRows == 1 else { return nil }
            _ = try await connection.query(
                """
                DELETE FROM films.sessions WHERE id IN (SELECT id FROM films.sessions \
                WHERE account_id = \(session.accountID) ORDER BY last_used_at DESC, id OFFSET \(Self.maximumPerAccount - 1))
                """
            )
            _ = try await connection.query(
                """
                INSERT INTO films.sessions \
                (id, account_id, device, family_key, generation, created_at, last_used_at, expires_at) \
                VALUES (\(session.id), \(session.accountID), \(nullable: session.device), \(family.key), 0, \(now), \(now), \
                \(now + session.lifetime))
                """
            )
            try await Self.insert(token, on: connection)
            return token
        }
    }

    /// What a refresh came to.
    enum Refreshed: Sendable {
        case token(RefreshToken, accountID: RecordID, role: Role)
        /// The family is gone with it.
        case reused(RecordID)
        case unknown
    }

    /// Replaces a refresh token. Two at once wait for one another.
    func refresh(_ token: RefreshToken, lifetime: Duration, now: Timestamp) async throws(FilmsError) -> Refreshed {
        try await self.database.transaction { connection in
            let rows = try await connection.query(
                """
                SELECT s.account_id, s.family_key, s.generation, s.expires_at, a.role FROM films.sessions AS s \
                JOIN films.accounts AS a ON a.id = s.account_id WHERE s.id = \(token.sessionID) FOR UPDATE OF s
                """
            ).rows
            guard let row = rows.first, try row.decode("expires_at", as: Timestamp.self) > now else { return .unknown }
            let family = RefreshFamily(
                sessionID: token.sessionID,
                key: try row.decode("family_key"),
                generation: try row.decode("generation")
            )
            let link = try await Self.link(of: token, on: connection)
            let (account, role): (RecordID, Role) = (try row.decode("account_id"), try row.decode("role"))
            switch family.verdict(on: token, link: link, nonce: RefreshFamily.newSecret(), now: now) {
            case .unknown: return .unknown
            case .reused:
                _ = try await connection.query("DELETE FROM films.sessions WHERE id = \(token.sessionID)")
                return .reused(token.sessionID)
            case .repeated(let successor): return .token(successor, accountID: account, role: role)
            case .rotated(let successor, let nonce):
                try await Self.rotate(token, to: successor, nonce, until: now + lifetime, now: now, on: connection)
                return .token(successor, accountID: account, role: role)
            }
        }
    }

    private static func link(
        of token: RefreshToken,
        on connection: PostgresConnection
    ) async throws -> RefreshFamily.Link? {
        let rows = try await connection.query(
            """
            SELECT digest, successor_nonce, replaced_at FROM films.refresh_tokens \
            WHERE session_id = \(token.sessionID) AND generation = \(token.generation)
            """
        ).rows
        return try rows.first.map { row in
            RefreshFamily.Link(
                digest: try row.decode("digest"),
                successorNonce: try row.decode("successor_nonce"),
                replacedAt: try row.decode("replaced_at")
            )
        }
    }

    private static func rotate(
        _ token: RefreshToken,
        to successor: RefreshToken,
        _ nonce: [UInt8],
        until end: Timestamp,
        now: Timestamp,
        on connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(
            """
            UPDATE films.refresh_tokens SET successor_nonce = \(nonce), replaced_at = \(now) \
            WHERE session_id = \(token.sessionID) AND generation = \(token.generation)
            """
        )
        try await Self.insert(successor, on: connection)
        _ = try await connection.query(
            """
            UPDATE films.sessions SET generation = \(successor.generation), last_used_at = \(now), expires_at = \(end) \
            WHERE id = \(token.sessionID)
            """
        )
        // What was replaced longer ago is known by its proof alone.
        _ = try await connection.query(
            """
            DELETE FROM films.refresh_tokens WHERE session_id = \(token.sessionID) \
            AND replaced_at < \(now - .seconds(RefreshFamily.graceSeconds))
            """
        )
    }

    private static func insert(_ token: RefreshToken, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            INSERT INTO films.refresh_tokens (session_id, generation, digest) \
            VALUES (\(token.sessionID), \(token.generation), \(token.digest))
            """
        )
    }
}

extension Timestamp {
    static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: time.microseconds + Int64((duration / .microseconds(1)).rounded()))
    }

    static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }
}
