import MediaCore
import Postgres

extension FeedEvent {
    /// Nil for the row of a page without changes, and for a kind that a newer mediad wrote.
    init?(row: PostgresRow, epoch: String) throws {
        guard let position = try row.decode("change_position", as: Int64?.self),
            let kind = Kind(rawValue: try row.decode("change_kind"))
        else { return nil }
        let isThere = try row.decode("id", as: MediaID?.self) != nil
        self.init(
            cursor: FeedCursor(epoch: epoch, position: position),
            kind: kind,
            at: try row.decode("change_at"),
            fileID: try row.decode("change_file_id"),
            path: try row.decode("change_path", as: String?.self).map { MediaPath(trusted: $0) },
            previousPath: try row.decode("change_previous_path", as: String?.self).map { MediaPath(trusted: $0) },
            collection: try row.decode("change_collection"),
            name: try row.decode("change_name"),
            owner: try row.decode("change_owner"),
            version: try row.decode("change_version"),
            file: isThere ? try MediaFile(row: row) : nil,
            links: try JSONColumn.decode("change_links", of: row).map { (links: [LinkRecord]) in links.map(\.link) }
                ?? [],
            uploadID: try row.decode("change_upload_id"),
            detail: try row.decode("change_detail")
        )
    }
}

/// A link as `media.changes.links` has it.
private struct LinkRecord: Decodable {
    var entity: String
    var entityId: String
    var role: String

    var link: FileLink { FileLink(entity: self.entity, entityID: self.entityId, role: self.role) }
}
