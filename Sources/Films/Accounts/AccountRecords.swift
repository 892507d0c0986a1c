import HTTPServing
import NIOCore
import Postgres

/// Accounts as their own persons get them, for the stream and the snapshot.
package protocol AccountRecords: Sendable {
    /// - Returns: JSON objects of those that there are (schema `Account` of docs/films-api.yaml), with what only the person may see.
    func json(of ids: [RecordID]) async throws(FilmsError) -> [RecordID: [UInt8]]
}

extension AccountStore: AccountRecords {
    package func json(of ids: [RecordID]) async throws(FilmsError) -> [RecordID: [UInt8]] {
        try await self.database.run { client in
            try await client.withConnection { connection in
                var found: [RecordID: [UInt8]] = [:]
                for id in ids {
                    do {
                        let record = try await Self.record(of: id, on: connection)
                        found[id] = Array(try JSON.encode(record).readableBytesView)
                    } catch let error as FilmsError where error.code == .unauthenticated {
                        // Deleted meanwhile.
                    }
                }
                return found
            }
        }
    }
}
