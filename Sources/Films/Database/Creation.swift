import Crypto
import FoundationEssentials
package import Postgres

/// The creation of something with an id that its client made. Repeated with the same body it gives the first response again.
package struct Creation: Sendable {
    package let id: RecordID
    /// What is created: `movie`, `account`, `playlist`, `item`, `comment`.
    package let entity: String
    /// Nil where nobody is signed in.
    package let accountID: RecordID?
    private let digest: [UInt8]

    package init(_ id: RecordID, of entity: String, by accountID: RecordID?, body: RequestBody) {
        self.id = id
        self.entity = entity
        self.accountID = accountID
        self.digest = Array(SHA256.hash(data: JSONValue.object(Self.spelt(body.members)).canonical))
    }

    /// Ids in the one spelling that they have here: in capitals they are the same (RFC 9562 section 4).
    private static func spelt(_ members: [String: JSONValue]) -> [String: JSONValue] {
        var members = members
        for (name, value) in members {
            guard Self.isID(name), case .text(let text) = value, let id = RecordID(text) else { continue }
            members[name] = .text(id.description)
        }
        return members
    }

    /// Whether a member of this name is an id, in any body: `id`, `movieId`, `posterFileId`, and of a list's item `before`.
    private static func isID(_ name: String) -> Bool { name == "id" || name == "before" || name.hasSuffix("Id") }

    /// The first response of a creation.
    package struct FirstResponse: Hashable, Sendable {
        package var status: Int
        /// JSON.
        package var body: String

        package init(status: Int = 201, body: String) {
            self.status = status
            self.body = body
        }
    }

    /// Claims the id in a transaction, or finds what it gave before. Two at once wait for one another.
    ///
    /// - Returns: nil when the id is new: then create it, and ``keep(_:on:)`` the response in the same transaction.
    /// - Throws: ``FilmsError`` `id_taken`, `gone`.
    package func claim(on connection: PostgresConnection) async throws -> FirstResponse? {
        let claimed = try await connection.query(
            """
            INSERT INTO films.creations (id, entity, account_id, body) \
            VALUES (\(self.id), \(self.entity), \(nullable: self.accountID), \(self.digest)) ON CONFLICT (id) DO NOTHING
            """
        )
        if claimed.affectedRows == 1 { return nil }
        let rows = try await connection.query(
            """
            SELECT entity, account_id, body, status, response, deleted_at IS NOT NULL AS is_deleted \
            FROM films.creations WHERE id = \(self.id)
            """
        ).rows
        guard let row = rows.first, try row.decode("entity", as: String.self) == self.entity else {
            throw FilmsError.idTaken
        }
        // Nobody is known any more who created it.
        guard try !row.decode("is_deleted", as: Bool.self) else { throw FilmsError.gone }
        guard try row.decode("account_id", as: RecordID?.self) == self.accountID,
            try row.decode("body", as: [UInt8]?.self) == self.digest,
            let response = try row.decode("response", as: String?.self)
        else { throw FilmsError.idTaken }
        return FirstResponse(status: try row.decode("status"), body: response)
    }

    /// Keeps what the creation gave, for whoever asks again.
    package func keep(_ response: FirstResponse, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            UPDATE films.creations SET status = \(response.status), response = \(response.body) WHERE id = \(self.id)
            """
        )
    }

    /// Notes the change, and keeps the new record as the response: the end of a creation, in one way to the database and back.
    ///
    /// - Parameters:
    ///   - record: a subquery that gives the record's JSON as text.
    ///   - note: the call of `films.note()`.
    package func finish(
        record: PostgresQuery,
        note: PostgresQuery,
        on connection: PostgresConnection
    ) async throws -> FirstResponse {
        let rows = try await connection.query(
            """
            UPDATE films.creations SET status = 201, response = (\(fragment: record)) WHERE id = \(self.id) \
            RETURNING response, \(fragment: note)
            """
        ).rows
        guard let body = try rows.first?.decode("response", as: String?.self) else {
            throw FilmsError.defect("What was created is not there.")
        }
        return FirstResponse(body: body)
    }

    /// Remembers that something is deleted, and nothing else of it.
    package static func forget(_ id: RecordID, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            UPDATE films.creations SET deleted_at = now(), body = NULL, response = NULL, account_id = NULL \
            WHERE id = \(id) AND deleted_at IS NULL
            """
        )
    }

    /// Whether something with this id was there, and was deleted: then it is `410`, not `404`.
    package static func isDeleted(
        _ id: RecordID,
        entity: String,
        on connection: PostgresConnection
    ) async throws -> Bool {
        let rows = try await connection.query(
            "SELECT FROM films.creations WHERE id = \(id) AND entity = \(entity) AND deleted_at IS NOT NULL"
        ).rows
        return !rows.isEmpty
    }
}
