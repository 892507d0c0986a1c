import MediaCore
import Postgres

extension PostgresFeed {
    /// One page: a row for each change, or one row without a change.
    ///
    /// `far` is how far the page looks, and `whole` the end of the last transaction up to there, null when that one is larger than a page;
    /// `page_end` is where the page ends. The changes are read by their positions, which have no gaps.
    ///
    /// The planner cannot know how few changes lie between two positions that it is given later. So the ends are worked out once
    /// (`MATERIALIZED`), the changes are read between them (`OFFSET 0`: with a filter that it takes for a rare one it would rather read
    /// all of them, seconds where there are millions), and the records are looked up one by one instead of reading their whole table.
    static func query(after position: Int64?, filter: FeedFilter, limit: Int, end: FeedPage.End) -> PostgresQuery {
        """
        WITH known AS MATERIALIZED ( \
        SELECT epoch, floor, head, server = media.feed_server() AS is_present, coalesce(\(nullable: position), floor) AS start, \
        least(greatest(coalesce(\(nullable: position), floor), floor), head) + \(Self.window) AS far FROM media.feed \
        ), reach AS MATERIALIZED (\(fragment: Self.reach(end))), page AS MATERIALIZED ( \
        SELECT reach.*, coalesce((SELECT CASE WHEN whole IS NULL THEN c.position ELSE c.last_of_transaction END \
        FROM media.changes c \
        WHERE c.position > start AND c.position <= coalesce(whole, far) AND \(fragment: Self.condition(filter)) \
        ORDER BY c.position OFFSET \(limit - 1) LIMIT 1), whole, least(far, head)) AS page_end FROM reach) \
        SELECT page.epoch, page.floor, page.head, page.is_present, page.page_end, \
        c.position AS change_position, c.at AS change_at, c.kind AS change_kind, c.file_id AS change_file_id, \
        c.collection AS change_collection, c.name AS change_name, c.path AS change_path, \
        c.previous_path AS change_previous_path, c.owner AS change_owner, c.version AS change_version, \
        c.links::text AS change_links, c.upload_id AS change_upload_id, c.detail AS change_detail, file.* \
        FROM page LEFT JOIN LATERAL (SELECT * FROM media.changes c \
        WHERE c.position > page.start AND c.position <= page.page_end AND \(fragment: Self.condition(filter)) \
        ORDER BY c.position OFFSET 0) AS c ON true \
        LEFT JOIN LATERAL (SELECT \(fragment: MediaFile.columns) FROM media.files WHERE id = c.file_id OFFSET 0) AS file \
        ON true ORDER BY c.position
        """
    }

    /// The transaction that lies across `far` is looked at to its end if that is not too far, and left out otherwise.
    private static func reach(_ end: FeedPage.End) -> PostgresQuery {
        switch end {
        case .change: "SELECT known.*, NULL::bigint AS whole FROM known"
        case .transaction:
            """
            SELECT known.*, CASE WHEN last <= far + \(Self.window) THEN last ELSE (SELECT c.position FROM media.changes c \
            WHERE c.position > start AND c.position < far AND c.last_of_transaction < far ORDER BY c.position DESC LIMIT 1) \
            END AS whole FROM known, LATERAL (SELECT coalesce((SELECT last_of_transaction FROM media.changes \
            WHERE position = far), head) AS last) AS crossing
            """
        }
    }

    /// What the filter wants of the row `c`.
    private static func condition(_ filter: FeedFilter) -> PostgresQuery {
        var condition: PostgresQuery = "true"
        if !filter.collections.isEmpty {
            // A file that went from one collection to another concerns both.
            condition = """
                \(fragment: condition) AND (c.collection = ANY(\(filter.collections)) \
                OR split_part(c.previous_path, '/', 1) = ANY(\(filter.collections)))
                """
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
