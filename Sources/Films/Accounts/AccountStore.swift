import FoundationEssentials
import Postgres
import Primitives

/// Accounts in the database.
struct AccountStore: Sendable {
    let database: FilmsDatabase

    /// What a sign-in needs.
    struct Credentials: Sendable {
        var id: RecordID
        var passwordHash: String
        var role: Role
    }

    /// - Parameter key: of a user name or an address (``AccountFields/key(ofName:)``); no address is a user name.
    func credentials(of key: String) async throws(FilmsError) -> Credentials? {
        try await self.credentials(where: "username_key = \(key) OR email_key = \(key)")
    }

    func credentials(of id: RecordID) async throws(FilmsError) -> Credentials? {
        try await self.credentials(where: "id = \(id)")
    }

    private func credentials(where condition: PostgresQuery) async throws(FilmsError) -> Credentials? {
        try await self.database.run { client in
            let rows = try await client.query(
                "SELECT id, password_hash, role FROM films.accounts WHERE \(fragment: condition) LIMIT 1"
            ).rows
            return try rows.first.map { row in
                Credentials(
                    id: try row.decode("id"),
                    passwordHash: try row.decode("password_hash"),
                    role: try row.decode("role")
                )
            }
        }
    }

    /// - Throws: ``FilmsError`` `unauthenticated` when it is gone.
    func record(of id: RecordID) async throws(FilmsError) -> AccountRecord {
        try await self.database.run { client in
            try await client.withConnection { try await Self.record(of: id, on: $0) }
        }
    }

    /// The language that the person has chosen; nil without a choice, and while nobody can say.
    func language(of id: RecordID) async -> Language? {
        try? await self.database.run { client in
            try await client.query("SELECT language FROM films.accounts WHERE id = \(id)").rows.first?.decode(at: 0)
        }
    }

    /// The same in a transaction.
    /// - Parameter isForUpdate: whether nobody else may change it before the transaction ends.
    static func record(
        of id: RecordID,
        isForUpdate: Bool = false,
        on connection: PostgresConnection
    ) async throws -> AccountRecord {
        let lock: PostgresQuery = isForUpdate ? "FOR UPDATE" : ""
        let rows = try await connection.query(
            """
            SELECT id, username, email, role, language, theme, avatar_file_id, created_at, version \
            FROM films.accounts WHERE id = \(id) \(fragment: lock)
            """
        ).rows
        guard let row = rows.first else {
            throw FilmsError(.unauthenticated, .accountDeleted)
        }
        let avatar: RecordID? = try row.decode("avatar_file_id")
        return AccountRecord(
            id: try row.decode("id"),
            username: try row.decode("username"),
            email: try row.decode("email"),
            role: try row.decode("role"),
            avatarFileID: avatar,
            avatar: try await Self.picture(of: avatar, on: connection),
            preferences: .init(language: try row.decode("language"), theme: try row.decode("theme")),
            createdAt: try row.decode("created_at"),
            version: try row.decode("version")
        )
    }

    /// What mediad said of the file.
    static func picture(of file: RecordID?, on connection: PostgresConnection) async throws -> JSONValue? {
        guard let file else { return nil }
        let rows = try await connection.query("SELECT picture::text FROM films.files WHERE file_id = \(file)").rows
        guard let text = try rows.first?.decode(at: 0, as: String?.self) else { return nil }
        return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }
}

extension Role: PostgresEncodable, PostgresDecodable {}
extension Language: PostgresEncodable, PostgresDecodable {}
extension AccountRecord.Theme: PostgresEncodable, PostgresDecodable {}
