/// Accounts as their own persons get them, for the stream and the snapshot.
package protocol AccountRecords: Sendable {
    /// - Returns: JSON objects of those that there are (schema `Account` of docs/films-api.yaml), with what only the person may see.
    func json(of ids: [RecordID]) async throws(FilmsError) -> [RecordID: [UInt8]]
}
