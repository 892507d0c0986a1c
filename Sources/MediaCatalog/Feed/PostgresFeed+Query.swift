import MediaCore
import Postgres

extension PostgresFeed {
    /// One page: a row for each change, or one row without a change.
    ///
    /// `reach` is how far the page looks; `page` where it ends: behind the transaction of the last change that fits in, or at `reach`
    /// when fewer fit the filter. Both are ends of transactions. The changes are read by their positions, which have no gaps.
    static func query(after position: Int64?, filter: FeedFilter, limit: Int) -> PostgresQuery {
        let condition = Self.condition(filter)
        return """
            SELECT feed.epoch, feed.floor, feed.head, feed.server = media.feed_server() AS is_present, page.page_end, \
            c.position AS change_position, c.at AS change_at, c.kind AS change_kind, c.file_id AS change_file_id, \
            c.collection AS change_collection, c.name AS change_name, c.path AS change_path, \
            c.previous_path AS change_previous_path, c.owner AS change_owner, c.version AS change_version, \
            c.links::text AS change_links, c.upload_id AS change_upload_id, c.detail AS change_detail, file.* \
            FROM media.feed \
            CROSS JOIN LATERAL (SELECT coalesce(\(nullable: position), feed.floor) AS position) AS start \
            CROSS JOIN LATERAL (SELECT coalesce((SELECT last_of_transaction FROM media.changes \
            WHERE changes.position = least(start.position, feed.head) + \(Self.window)), feed.head) AS position) AS reach \
            CROSS JOIN LATERAL (SELECT coalesce((SELECT last_of_transaction FROM media.changes \
            WHERE changes.position > start.position AND changes.position <= reach.position AND \(fragment: condition) \
            ORDER BY changes.position OFFSET \(limit - 1) LIMIT 1), reach.position) AS page_end) AS page \
            LEFT JOIN media.changes c ON c.position > start.position AND c.position <= page.page_end \
            AND \(fragment: Self.condition(filter, of: "c")) \
            LEFT JOIN LATERAL (SELECT \(fragment: MediaFile.columns) FROM media.files WHERE id = c.file_id) AS file ON true \
            ORDER BY c.position
            """
    }

    /// What the filter wants, of the row called `name`.
    private static func condition(_ filter: FeedFilter, of name: String = "changes") -> PostgresQuery {
        var condition: PostgresQuery = "true"
        if !filter.collections.isEmpty {
            condition = "\(fragment: condition) AND \(unescaped: name).collection = ANY(\(filter.collections))"
        }
        if let entity = filter.entity {
            let parts = entity.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let ofKind: PostgresQuery = "jsonb_build_object('entity', \(parts[0])::text)"
            let wanted: PostgresQuery =
                parts.count == 1
                ? ofKind
                : "jsonb_build_object('entity', \(parts[0])::text, 'entityId', \(parts[1])::text)"
            condition = """
                \(fragment: condition) AND \(unescaped: name).links @> jsonb_build_array(\(fragment: wanted))
                """
        }
        if let path = filter.path {
            var anySpelling: PostgresQuery = "false"
            for spelling in MediaPath.spellings(of: path) {
                anySpelling =
                    path.hasSuffix("/")
                    ? """
                    \(fragment: anySpelling) OR starts_with(\(unescaped: name).path, \(spelling)) \
                    OR starts_with(\(unescaped: name).previous_path, \(spelling))
                    """
                    : """
                    \(fragment: anySpelling) OR \(unescaped: name).path = \(spelling) \
                    OR \(unescaped: name).previous_path = \(spelling)
                    """
            }
            condition = "\(fragment: condition) AND (\(fragment: anySpelling))"
        }
        return condition
    }
}
