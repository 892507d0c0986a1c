import Postgres
import Primitives

extension AccountStore {
    /// An account that somebody wants to have.
    struct NewAccount: Sendable {
        var id: RecordID
        var username: AccountFields.Username
        var email: AccountFields.Email
        var passwordHash: String
    }

    /// Adds it. The first one is an administrator: whoever comes at the same time waits, and is none.
    /// - Throws: ``FilmsError`` `username_taken`, `email_taken`.
    static func insert(_ account: NewAccount, now: Timestamp, on connection: PostgresConnection) async throws {
        _ = try await connection.query("SELECT films.lock_roles()")
        try await Self.naming {
            _ = try await connection.query(
                """
                INSERT INTO films.accounts \
                (id, username, username_key, email, email_key, password_hash, role, created_at) \
                VALUES (\(account.id), \(account.username.text), \(account.username.key), \(account.email.text), \
                \(account.email.key), \(account.passwordHash), \
                CASE WHEN EXISTS (SELECT FROM films.accounts) THEN 'member' ELSE 'administrator' END, \(now))
                """
            )
        }
        _ = try await connection.query("SELECT films.account_created(\(account.id))")
    }

    /// What is to be changed; nil: it stays.
    struct Change: Sendable {
        var username: AccountFields.Username?
        var email: AccountFields.Email?
        var passwordHash: String?
        var preferences: AccountRecord.Preferences
        var avatarFileID: RecordID?
    }

    /// Writes an account as it shall be, with its link at mediad, in one transaction.
    ///
    /// - Parameter old: read in this transaction, for update.
    /// - Throws: ``FilmsError`` `username_taken`, `email_taken`; `validation_failed` when the file is gone.
    static func update(
        _ old: AccountRecord,
        by change: Change,
        on connection: PostgresConnection
    ) async throws -> AccountRecord {
        try await Self.naming {
            _ = try await connection.query(
                """
                UPDATE films.accounts SET \
                username = coalesce(\(nullable: change.username?.text), username), \
                username_key = coalesce(\(nullable: change.username?.key), username_key), \
                email = coalesce(\(nullable: change.email?.text), email), \
                email_key = coalesce(\(nullable: change.email?.key), email_key), \
                password_hash = coalesce(\(nullable: change.passwordHash), password_hash), \
                language = \(nullable: change.preferences.language), theme = \(nullable: change.preferences.theme), \
                avatar_file_id = \(nullable: change.avatarFileID), version = version + 1 WHERE id = \(old.id)
                """
            )
            guard old.avatarFileID != change.avatarFileID else { return }
            try await Self.link(change.avatarFileID, inPlaceOf: old.avatarFileID, of: old.id, on: connection)
        }
        let record = try await Self.record(of: old.id, on: connection)
        _ = try await connection.query(
            "SELECT films.note('account', \(old.id), \(record.version), \(old.id), 'updated')"
        )
        return record
    }

    /// docs/links.md: mediad's feed then says whose picture a file is.
    private static func link(
        _ new: RecordID?,
        inPlaceOf old: RecordID?,
        of account: RecordID,
        on connection: PostgresConnection
    ) async throws {
        if let new {
            _ = try await connection.query(
                "SELECT media.link(\(new), 'account', \(account.description), 'avatar', single => true)"
            )
        } else if let old {
            _ = try await connection.query("SELECT media.unlink(\(old), 'account', \(account.description), 'avatar')")
        }
        if let old { _ = try await connection.query("SELECT films.release_avatar(\(old), interval '1 day')") }
    }

    /// Erases an account and all that it has. Pictures of the person go to mediad's trash at once, those that were replaced too: their
    /// addresses are public until then.
    /// - Returns: the sessions that ended with it.
    static func erase(_ id: RecordID, on connection: PostgresConnection) async throws -> [RecordID] {
        let sessions = try await connection.query("SELECT id FROM films.sessions WHERE account_id = \(id)").rows
        let pictures = try await connection.query(
            """
            SELECT id FROM media.files WHERE owner = \(id.description) AND collection = \(FilePurpose.avatar.collection) \
            ORDER BY created_at DESC LIMIT \(Self.picturesErasedAtOnce)
            """
        ).rows
        _ = try await connection.query("SELECT films.erase_account(\(id))")
        try await FileRelease.deleteNow(try pictures.map { try $0.decode(at: 0) }, on: connection)
        return try sessions.map { try $0.decode(at: 0) }
    }

    /// So that a transaction stays short. Older ones go when their time comes, as pictures that nothing uses do.
    private static let picturesErasedAtOnce = 200

    /// Says which member was refused by the database.
    private static func naming(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as PostgresError {
            switch (error.sqlState, error.constraint) {
            case ("23505", "accounts_username_key"):
                throw FilmsError(
                    .usernameTaken,
                    .usernameTaken,
                    fields: [FieldProblem("username", .taken, .somebodyHasIt)]
                )
            case ("23505", "accounts_email_key"):
                throw FilmsError(
                    .emailTaken,
                    .emailTaken,
                    fields: [FieldProblem("email", .taken, .anotherAccountHasIt)]
                )
            case ("23503", "accounts_avatar_file"), ("P0002", _):
                throw FilmsError.wrongFile("avatarFileId", .avatar)
            default: throw error
            }
        }
    }
}
