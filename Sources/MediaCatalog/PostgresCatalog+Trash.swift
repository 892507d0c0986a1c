package import MediaCore
import Postgres
package import Primitives

extension PostgresCatalog: TrashCatalog {
    package func trashEntry(_ id: MediaID) async throws(MediaError) -> TrashEntry? {
        try await self.trashEntries("WHERE id = \(id)").first
    }

    package func trash(
        in collection: String?,
        after cursor: TrashEntry.Cursor?,
        limit: Int
    ) async throws(MediaError) -> [TrashEntry] {
        var condition: PostgresQuery = "true"
        if let collection { condition = "\(fragment: condition) AND collection = \(collection)" }
        if let cursor {
            condition = "\(fragment: condition) AND (deleted_at, id) < (\(cursor.deletedAt), \(cursor.id))"
        }
        return try await self.trashEntries(
            "WHERE \(fragment: condition) ORDER BY deleted_at DESC, id DESC LIMIT \(limit)"
        )
    }

    package func trashTotals() async throws(MediaError) -> TrashTotals {
        try await CatalogFailure.translate {
            let rows = try await self.client.query(
                "SELECT count(*) AS files, coalesce(sum(size), 0)::bigint AS size FROM media.trash"
            ).rows
            guard let row = rows.first else { throw PostgresError(.decoding, "an aggregate gave no row") }
            return TrashTotals(files: try row.decode("files"), size: ByteCount(bytes: try row.decode("size")))
        }
    }

    package func forgetTrash(_ id: MediaID, expiredBy time: Timestamp?) async throws(MediaError) -> Bool {
        try await self.exists(
            """
            DELETE FROM media.trash t WHERE t.id = \(id) AND NOT t.is_restoring \
            AND (\(nullable: time)::timestamptz IS NULL OR t.expires_at <= \(nullable: time)) \
            AND NOT EXISTS (SELECT 1 FROM media.commits c WHERE c.kind = 'remove' AND c.path = t.path \
            AND c.record ->> 'id' = t.id::text) \
            RETURNING t.id
            """
        )
    }

    package func expiredTrash(by time: Timestamp, limit: Int) async throws(MediaError) -> [MediaID] {
        try await CatalogFailure.translate {
            try await self.client.query(
                "SELECT id FROM media.trash WHERE expires_at <= \(time) ORDER BY expires_at LIMIT \(limit)"
            )
            .rows.map { try $0.decode("id") }
        }
    }

    package func trashed(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID> {
        try await self.found(ids) { "SELECT id FROM media.trash WHERE id = ANY (\($0)::text[]::uuid[])" }
    }

    package func recorded(among ids: [MediaID]) async throws(MediaError) -> Set<MediaID> {
        try await self.found(ids) { "SELECT id FROM media.files WHERE id = ANY (\($0)::text[]::uuid[])" }
    }

    private func found(
        _ ids: [MediaID],
        by query: @Sendable ([String]) -> PostgresQuery
    ) async throws(MediaError) -> Set<MediaID> {
        guard !ids.isEmpty else { return [] }
        let query = query(ids.map(\.description))
        return try await CatalogFailure.translate {
            Set(try await self.client.query(query).rows.map { try $0.decode("id", as: MediaID.self) })
        }
    }

    package func setTrashRetention(_ retention: Duration) async throws(MediaError) {
        let seconds = retention.inSeconds
        try await CatalogFailure.translate {
            _ = try await self.client.query(
                """
                UPDATE media.trash_settings SET retention = make_interval(secs => \(seconds)) \
                WHERE retention IS DISTINCT FROM make_interval(secs => \(seconds))
                """
            )
        }
    }

    package func neverLinked(
        in collection: String,
        unchangedSince time: Timestamp,
        after cursor: MediaID?,
        limit: Int
    ) async throws(MediaError) -> [MediaFile] {
        var condition: PostgresQuery = "collection = \(collection) AND greatest(created_at, updated_at) <= \(time)"
        if let cursor { condition = "\(fragment: condition) AND id > \(cursor)" }
        let query: PostgresQuery = """
            SELECT \(fragment: MediaFile.columns) FROM media.files WHERE \(fragment: condition) \
            AND NOT EXISTS (SELECT 1 FROM media.kept WHERE kept.file_id = files.id) \
            ORDER BY id LIMIT \(limit)
            """
        return try await CatalogFailure.translate {
            try await self.client.query(query).rows.map { try MediaFile(row: $0) }
        }
    }

    /// The record is the row of media.files as it was, and is read as one.
    private func trashEntries(_ rest: PostgresQuery) async throws(MediaError) -> [TrashEntry] {
        try await CatalogFailure.translate {
            try await self.client.query(
                """
                SELECT \(fragment: MediaFile.columns), trash_links::text AS trash_links, trash_reason, trash_deleted_at, \
                trash_expires_at FROM (SELECT record AS trash_record, links AS trash_links, reason AS trash_reason, \
                deleted_at AS trash_deleted_at, expires_at AS trash_expires_at FROM media.trash \(fragment: rest)) AS t, \
                LATERAL jsonb_populate_record(NULL::media.files, trash_record) AS f \
                ORDER BY trash_deleted_at DESC, id DESC
                """
            )
            .rows.map { try TrashEntry(row: $0) }
        }
    }
}

extension TrashEntry {
    private struct KeptLink: Decodable {
        var entity: String
        var entityId: String
        var role: String
    }

    fileprivate init(row: PostgresRow) throws {
        let reason: String = try row.decode("trash_reason")
        let links: [KeptLink] = try JSONColumn.decode("trash_links", of: row) ?? []
        self.init(
            file: try MediaFile(row: row),
            links: links.map { FileLink(entity: $0.entity, entityID: $0.entityId, role: $0.role) },
            reason: Removal.Reason(rawValue: reason) ?? .deleted,
            deletedAt: try row.decode("trash_deleted_at"),
            expiresAt: try row.decode("trash_expires_at")
        )
    }
}
