import Postgres

/// Commands on a list's items. Each locks the list, so that the order is that of the commands.
extension PlaylistService {
    /// Puts a film on a list, or moves it when it is there already.
    ///
    /// - Parameter before: the item that it stands in front of; nil, or one that is gone: at the end.
    /// - Returns: the list, and `201`, or `200` for a film that was on it. The same request again gives the list as it is by then.
    /// - Throws: `not_found`, `gone` for the list or the film; `id_taken`; `validation_failed` for a full list.
    func add(
        _ itemID: RecordID,
        _ movieID: RecordID,
        before: RecordID?,
        to listID: RecordID,
        by accountID: RecordID,
        body: RequestBody
    ) async throws(FilmsError) -> (status: Int, list: StoredRecord) {
        // The list is a part of what is asked for, though it stands in the path.
        let asked = RequestBody(
            members: body.members.merging(["playlist": .text(listID.description)]) { _, list in list }
        )
        return try await self.database.transaction { connection in
            let creation = Creation(itemID, of: "item", by: accountID, body: asked)
            if let first = try await creation.claim(on: connection) {
                let record = try await PlaylistStore.record(listID, on: connection)
                guard record.accountID == accountID else { throw FilmsError.notFound }
                return (first.status, record)
            }
            // The film before the list: who deletes a film locks them in this order, too.
            try await MovieRows.lock(movieID, on: connection)
            let list = try await PlaylistStore.lock(listID, of: accountID, on: connection)
            let items = try await connection.query(
                """
                SELECT id, movie_id FROM films.playlist_items WHERE playlist_id = \(listID)
                """
            ).rows.map { (try $0.decode("id", as: RecordID.self), try $0.decode("movie_id", as: RecordID.self)) }
            let status: Int
            if let present = items.first(where: { $0.1 == movieID })?.0 {
                status = 200
                try await PlaylistItemName.add(itemID, to: present, on: connection)
                try await self.place(present, before: before, on: list, connection)
            } else {
                status = 201
                guard items.count < self.limits.items else {
                    let limit = self.limits.items
                    throw FilmsError(
                        .validationFailed,
                        .listFull,
                        fields: [FieldProblem("movieId", .tooMany, .atMostFilms, limit: limit)]
                    )
                }
                let target = try await self.present(before, on: list, connection)
                let place = try await self.free(before: target, on: list, connection)
                _ = try await connection.query(
                    """
                    INSERT INTO films.playlist_items (id, playlist_id, movie_id, place) \
                    VALUES (\(itemID), \(listID), \(movieID), \(place))
                    """
                )
                try await PlaylistStore.touch(list, on: connection)
            }
            // Not the list itself: a copy with each item would take up room by the square of the list's length.
            try await creation.keep(Creation.FirstResponse(status: status, body: ""), on: connection)
            return (status, try await PlaylistStore.record(listID, on: connection))
        }
    }

    /// - Throws: `not_found`, `gone` for the list or the item.
    func move(
        _ itemID: RecordID,
        before: RecordID?,
        on listID: RecordID,
        by accountID: RecordID
    ) async throws(FilmsError) -> StoredRecord {
        try await self.database.transaction { connection in
            let list = try await PlaylistStore.lock(listID, of: accountID, on: connection)
            let item = try await self.item(itemID, on: list, connection)
            try await self.place(item, before: before, on: list, connection)
            return try await PlaylistStore.record(listID, on: connection)
        }
    }

    /// - Throws: `not_found`, `gone` for the list or the item.
    func remove(
        _ itemID: RecordID,
        from listID: RecordID,
        by accountID: RecordID
    ) async throws(FilmsError) -> StoredRecord {
        try await self.database.transaction { connection in
            let list = try await PlaylistStore.lock(listID, of: accountID, on: connection)
            let item = try await self.item(itemID, on: list, connection)
            // A trigger raises the list's version, as when the film itself goes.
            _ = try await connection.query("DELETE FROM films.playlist_items WHERE id = \(item)")
            return try await PlaylistStore.record(listID, on: connection)
        }
    }

    /// The item's own id.
    /// - Throws: `not_found`, `gone`.
    private func item(
        _ id: RecordID,
        on list: PlaylistStore.Locked,
        _ connection: PostgresConnection
    ) async throws -> RecordID {
        if let item = try await PlaylistItemName.item(id, on: list, connection) { return item }
        throw try await Creation.isDeleted(id, entity: "item", on: connection) ? FilmsError.gone : .notFound
    }

    /// Moves an item; where it stands there already, nothing changes.
    private func place(
        _ itemID: RecordID,
        before: RecordID?,
        on list: PlaylistStore.Locked,
        _ connection: PostgresConnection
    ) async throws {
        let target = try await self.present(before, on: list, connection)
        guard itemID != target else { return }
        let rows = try await connection.query(
            """
            SELECT next_id FROM (SELECT id, lead(id) OVER (ORDER BY place, id) AS next_id FROM films.playlist_items \
            WHERE playlist_id = \(list.id)) AS item WHERE id = \(itemID)
            """
        ).rows
        let next = try rows.first.flatMap { try $0.decode(at: 0, as: RecordID?.self) }
        guard next != target else { return }
        let place = try await self.free(before: target, on: list, connection)
        _ = try await connection.query("UPDATE films.playlist_items SET place = \(place) WHERE id = \(itemID)")
        try await PlaylistStore.touch(list, on: connection)
    }

    private func present(
        _ id: RecordID?,
        on list: PlaylistStore.Locked,
        _ connection: PostgresConnection
    ) async throws -> RecordID? {
        guard let id else { return nil }
        return try await PlaylistItemName.item(id, on: list, connection)
    }

    /// A free place in front of an item, or at the end. Those behind it move up by one.
    private func free(
        before: RecordID?,
        on list: PlaylistStore.Locked,
        _ connection: PostgresConnection
    ) async throws -> Int64 {
        if let before {
            let rows = try await connection.query(
                "SELECT place FROM films.playlist_items WHERE id = \(before) AND playlist_id = \(list.id)"
            ).rows
            if let place: Int64 = try rows.first?.decode(at: 0) {
                _ = try await connection.query(
                    """
                    UPDATE films.playlist_items SET place = place + 1 \
                    WHERE playlist_id = \(list.id) AND place >= \(place)
                    """
                )
                return place
            }
        }
        let rows = try await connection.query(
            "SELECT coalesce(max(place), 0) + 1 FROM films.playlist_items WHERE playlist_id = \(list.id)"
        ).rows
        return try rows.first?.decode(at: 0) ?? 1
    }
}
