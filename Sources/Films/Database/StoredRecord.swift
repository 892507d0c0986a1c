import Postgres

/// A record as clients get it, with what decides who may see it.
package struct StoredRecord: Hashable, Sendable {
    package var id: RecordID
    /// Whose it is.
    package var accountID: RecordID
    package var version: Int64
    /// JSON.
    package var json: String

    /// Reads the columns `id`, `account_id`, `version` and `json`.
    init(row: PostgresRow) throws {
        self.id = try row.decode("id")
        self.accountID = try row.decode("account_id")
        self.version = try row.decode("version")
        self.json = try row.decode("json")
    }
}
