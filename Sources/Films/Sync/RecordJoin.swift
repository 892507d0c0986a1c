import Postgres

/// Looks up the records that changes are about, as they are now.
struct RecordJoin: Sendable {
    let database: FilmsDatabase
    let movies: any MovieRecords
    let accounts: any AccountRecords
    let conflicts: any ConflictRecords

    /// JSON of those that are there and belong to the changes' audiences.
    ///
    /// - Parameter keys: a thousand at most.
    func records(of keys: Set<Change.Key>) async throws(FilmsError) -> [Change.Key: [UInt8]] {
        var found: [Change.Key: [UInt8]] = [:]
        for (entity, keys) in Dictionary(grouping: keys, by: \.entity) {
            switch entity {
            case "movie":
                let records = try await self.movies.json(of: keys.map(\.id))
                for key in keys { found[key] = records[key.id] }
            case "account":
                let records = try await self.accounts.json(of: keys.map(\.id))
                // Of an account there is what only its person may see.
                for key in keys where key.audience == key.id { found[key] = records[key.id] }
            case "person":
                let records = try await self.people(keys.map(\.id))
                for key in keys { found[key] = records[key.id] }
            case "conflict":
                for (audience, keys) in Dictionary(grouping: keys, by: \.audience) {
                    guard let audience else { continue }
                    let records = try await self.conflicts.conflicts(keys.map(\.id), of: audience)
                    for key in keys { found[key] = records[key.id] }
                }
            case "comment", "playlist", "history":
                found.merge(try await self.own(entity, keys)) { _, new in new }
            default: break
            }
        }
        return found
    }

    /// Schema `Person` of docs/films-api.yaml.
    private func people(_ ids: [RecordID]) async throws(FilmsError) -> [RecordID: [UInt8]] {
        try await self.database.run { client in
            let rows = try await client.query(
                "SELECT id, record::text AS json FROM films.people WHERE id = ANY(\(ids.map(\.uuid)))"
            ).rows
            let found = try rows.map { row in
                (try row.decode("id", as: RecordID.self), Array(try row.decode("json", as: String.self).utf8))
            }
            return Dictionary(found) { _, last in last }
        }
    }

    private func own(_ entity: String, _ keys: [Change.Key]) async throws(FilmsError) -> [Change.Key: [UInt8]] {
        let ids = keys.map(\.id.uuid)
        let records: [StoredRecord] = try await self.database.run { client in
            switch entity {
            case "comment":
                try await CommentStore.records(where: "c.id = ANY(\(ids))", limit: ids.count, on: client).map(\.record)
            case "playlist":
                try await PlaylistStore.records(where: "p.id = ANY(\(ids))", on: client)
            default:
                try await HistoryStore.records(
                    where: """
                        (h.account_id, h.movie_id) IN (SELECT * FROM \
                        unnest(\(keys.compactMap(\.audience?.uuid)), \(keys.filter { $0.audience != nil }.map(\.id.uuid))))
                        """,
                    limit: ids.count,
                    on: client
                ).map(\.record)
            }
        }
        var found: [Change.Key: [UInt8]] = [:]
        for record in records {
            let audience = entity == "comment" ? nil : record.accountID
            found[Change.Key(entity: entity, id: record.id, audience: audience)] = Array(record.json.utf8)
        }
        return found
    }
}
