/// Films as clients get them, for whoever passes them on: the stream, the snapshot, a shared list.
package protocol MovieRecords: Sendable {
    /// - Parameter ids: a thousand at most.
    /// - Returns: JSON objects of those that there are (schema `Movie` of docs/films-api.yaml).
    func json(of ids: [RecordID]) async throws(FilmsError) -> [RecordID: [UInt8]]
}

/// Conflicts as the accounts that they belong to get them.
package protocol ConflictRecords: Sendable {
    /// - Parameters:
    ///   - ids: nil: all of the account.
    ///   - accountID: whose they are; those of others are left out.
    /// - Returns: JSON objects (schema `Conflict` of docs/films-api.yaml).
    func conflicts(_ ids: [RecordID]?, of accountID: RecordID) async throws(FilmsError) -> [RecordID: [UInt8]]
}
