import MediaCore
import Postgres

extension PostgresFeed {
    /// One page: a row for each change, or one row without a change.
    ///
    /// `reach` is how far the page looks; `page_end` where it ends: behind the transaction of the last change that fits in, or at `reach`
    /// when fewer fit the filter. Both are ends of transactions. The changes are read by their positions, which have no gaps.
    ///
    /// The planner cannot know how few changes lie between two positions that it is given later. So the ends are worked out once
    /// (`MATERIALIZED`), and the records are looked up one by one (`OFFSET 0`) instead of reading the whole table.
    static func query(after position: Int64?, filter: FeedFilter, limit: Int) -> PostgresQuery {
        """
        WITH reach AS MATERIALIZED ( \
        SELECT epoch, floor, head, server = media.feed_server() AS is_present, coalesce(\(nullable: position), floor) AS start, \
        coalesce((SELECT last_of_transaction FROM media.changes \
        WHERE position = least(coalesce(\(nullable: position), floor), head) + \(Self.window)), head) AS reach FROM media.feed \
        ), page AS MATERIALIZED ( \
        SELECT reach.*, coalesce((SELECT last_of_transaction FROM media.changes c \
        WHERE c.position > start AND c.position <= reach AND \(fragment: Self.condition(filter)) \
        ORDER BY c.position OFFSET \(limit - 1) LIMIT 1), reach) AS page_end FROM reach) \
        SELECT page.epoch, page.floor, page.head, page.is_present, page.page_end, \
        c.position AS change_position, c.at AS change_at, c.kind AS change_kind, c.file_id AS change_file_id, \
        c.collection AS change_collection, c.name AS change_name, c.path AS change_path, \
        c.previous_path AS change_previous_path, c.owner AS change_owner, c.version AS change_version, \
        c.links::text AS change_links, c.upload_id AS change_upload_id, c.detail AS change_detail, file.* \
        FROM page LEFT JOIN media.changes c \
        ON c.position > page.start AND c.position <= page.page_end AND \(fragment: Self.condition(filter)) \
        LEFT JOIN LATERAL (SELECT \(fragment: MediaFile.columns) FROM media.files WHERE id = c.file_id OFFSET 0) AS file \
        ON true ORDER BY c.position
        """
    }

    /// What the filter wants of the row `c`.
    private static func condition(_ filter: FeedFilter) -> PostgresQuery {
        var condition: PostgresQuery = "true"
        if !filter.collections.isEmpty {
            condition = "\(fragment: condition) AND c.collection = ANY(\(filter.collections))"
        }
        if let entity = filter.entity {
            let parts = entity.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let ofKind: PostgresQuery = "jsonb_build_object('entity', \(parts[0])::text)"
            let wanted: PostgresQuery =
                parts.count == 1
                ? ofKind
                : "jsonb_build_object('entity', \(parts[0])::text, 'entityId', \(parts[1])::text)"
            condition = """
                \(fragment: condition) AND c.links @> jsonb_build_array(\(fragment: wanted))
                """
        }
        if let path = filter.path {
            var anySpelling: PostgresQuery = "false"
            for spelling in MediaPath.spellings(of: path) {
                anySpelling =
                    path.hasSuffix("/")
                    ? """
                    \(fragment: anySpelling) OR starts_with(c.path, \(spelling)) \
                    OR starts_with(c.previous_path, \(spelling))
                    """
                    : """
                    \(fragment: anySpelling) OR c.path = \(spelling) \
                    OR c.previous_path = \(spelling)
                    """
            }
            condition = "\(fragment: condition) AND (\(fragment: anySpelling))"
        }
        return condition
    }
}
