import Postgres

/// Items by any of their ids: that of the item itself, or one that a client made for a film that was on the list already.
enum PlaylistItemName {
    /// The item's own id.
    ///
    /// - Returns: nil for one that is not on this list.
    static func item(
        _ id: RecordID,
        on list: PlaylistStore.Locked,
        _ connection: PostgresConnection
    ) async throws -> RecordID? {
        try await connection.query(
            """
            SELECT i.id FROM films.playlist_items i WHERE i.playlist_id = \(list.id) AND i.id IN \
            (SELECT \(id)::uuid UNION ALL SELECT n.item_id FROM films.playlist_item_names n WHERE n.id = \(id))
            """
        ).rows.first?.decode("id")
    }

    /// Gives an item one more id. It is gone with the item.
    static func add(_ id: RecordID, to item: RecordID, on connection: PostgresConnection) async throws {
        _ = try await connection.query(
            "INSERT INTO films.playlist_item_names (id, item_id) VALUES (\(id), \(item))"
        )
    }
}
