import Postgres

/// The rules of lists: who may change them, and what a change is.
struct PlaylistService: Sendable {
    let database: FilmsDatabase
    var limits = PlaylistLimits()

    func all(of accountID: RecordID) async throws(FilmsError) -> [StoredRecord] {
        try await self.database.run { client in
            try await PlaylistStore.records(where: "p.owner_id = \(accountID)", on: client)
        }
    }

    /// - Throws: `not_found`, also for somebody else's.
    func one(_ id: RecordID, of accountID: RecordID) async throws(FilmsError) -> StoredRecord {
        try await self.database.run { client in
            let record = try await PlaylistStore.record(id, on: client)
            guard record.accountID == accountID else { throw FilmsError.notFound }
            return record
        }
    }

    /// Makes a list, or gives the first response of the same request.
    func create(
        _ id: RecordID,
        name: String,
        visibility: PlaylistVisibility,
        by accountID: RecordID,
        body: RequestBody
    ) async throws(FilmsError) -> Creation.FirstResponse {
        try await self.database.transaction { connection in
            let creation = Creation(id, of: "playlist", by: accountID, body: body)
            if let first = try await creation.claim(on: connection) { return first }
            let count = try await connection.query(
                "SELECT count(*) FROM films.playlists WHERE owner_id = \(accountID)"
            ).rows.first?.decode(at: 0, as: Int.self)
            guard let count, count < self.limits.lists else {
                throw FilmsError(
                    .validationFailed,
                    .tooManyLists,
                    fields: [
                        FieldProblem("id", .tooMany, .atMostLists, limit: self.limits.lists)
                    ]
                )
            }
            _ = try await connection.query(
                """
                INSERT INTO films.playlists (id, owner_id, kind, name, token) \
                VALUES (\(id), \(accountID), 'own', \(name), \(nullable: visibility.token(instead: nil)))
                """
            )
            return try await creation.finish(
                record: PlaylistStore.json(of: id),
                note: "films.note('playlist', \(id), 1, \(accountID), 'created')",
                on: connection
            )
        }
    }

    /// Changes what is given. What is so already makes no new version.
    ///
    /// - Throws: `forbidden` for another name of the two lists that everybody has.
    func change(
        _ id: RecordID,
        name: String?,
        visibility: PlaylistVisibility?,
        by accountID: RecordID
    ) async throws(FilmsError) -> StoredRecord {
        try await self.database.transaction { connection in
            let list = try await PlaylistStore.lock(id, of: accountID, on: connection)
            if name != nil, list.isStandard {
                throw FilmsError(.forbidden, .listKeepsName)
            }
            let token = visibility.map { $0.token(instead: list.token) } ?? list.token
            if (name ?? list.name) != list.name || token != list.token {
                _ = try await connection.query(
                    """
                    UPDATE films.playlists SET name = \(name ?? list.name), token = \(nullable: token) WHERE id = \(id)
                    """
                )
                try await PlaylistStore.touch(list, on: connection)
            }
            return try await PlaylistStore.record(id, on: connection)
        }
    }

    /// - Throws: `forbidden` for the two lists that everybody has.
    func delete(_ id: RecordID, by accountID: RecordID) async throws(FilmsError) {
        try await self.database.transaction { connection in
            let list = try await PlaylistStore.lock(id, of: accountID, on: connection)
            guard !list.isStandard else {
                throw FilmsError(.forbidden, .listStays)
            }
            _ = try await connection.query("DELETE FROM films.playlists WHERE id = \(id)")
        }
    }

    /// The list that somebody shared by a link.
    /// - Throws: `not_found` for a link that was taken back, and for any other.
    func shared(_ token: String) async throws(FilmsError) -> StoredRecord {
        guard PlaylistVisibility.isToken(token) else { throw FilmsError.notFound }
        return try await self.database.run { client in
            guard let list = try await PlaylistStore.records(where: "p.token = \(token)", on: client).first else {
                throw FilmsError.notFound
            }
            return list
        }
    }
}
