import Postgres
import Primitives

extension SessionStore {
    /// Ends the session that a refresh token is of, also when the token was replaced.
    /// - Returns: the session; nil when there was none.
    func end(by token: RefreshToken) async throws(FilmsError) -> RecordID? {
        try await self.database.transaction { connection in
            let rows = try await connection.query(
                "SELECT family_key FROM films.sessions WHERE id = \(token.sessionID) FOR UPDATE"
            ).rows
            guard let row = rows.first, token.isProven(by: try row.decode("family_key")) else { return nil }
            _ = try await connection.query("DELETE FROM films.sessions WHERE id = \(token.sessionID)")
            return token.sessionID
        }
    }

    /// Ends a session of an account.
    /// - Returns: whether there was one.
    func end(_ session: RecordID, of account: RecordID) async throws(FilmsError) -> Bool {
        try await self.database.run { client in
            try await client.query("DELETE FROM films.sessions WHERE id = \(session) AND account_id = \(account)")
                .affectedRows == 1
        }
    }

    /// Ends all sessions of an account but one.
    /// - Returns: those.
    static func endOthers(
        of account: RecordID,
        but kept: RecordID,
        on connection: PostgresConnection
    ) async throws -> [RecordID] {
        try await connection.query(
            "DELETE FROM films.sessions WHERE account_id = \(account) AND id <> \(kept) RETURNING id"
        ).rows.map { try $0.decode(at: 0) }
    }

    /// Where an account is signed in, the latest used first.
    func list(of account: RecordID, current: RecordID, now: Timestamp) async throws(FilmsError) -> [SessionRecord] {
        try await self.database.run { client in
            try await client.query(
                """
                SELECT id, device, created_at, last_used_at FROM films.sessions \
                WHERE account_id = \(account) AND expires_at > \(now) ORDER BY last_used_at DESC, id
                """
            ).rows.map { row in
                let id: RecordID = try row.decode("id")
                return SessionRecord(
                    id: id,
                    device: try row.decode("device"),
                    createdAt: try row.decode("created_at"),
                    lastUsedAt: try row.decode("last_used_at"),
                    isCurrent: id == current
                )
            }
        }
    }
}
