import MediaCore
import Postgres
import ServiceSupport

extension PostgresFeed {
    /// What a page has of each change. The records are looked up one by one (`OFFSET 0`) instead of reading their whole table.
    static func selection(_ filter: FeedFilter) -> FeedSelection {
        FeedSelection(
            columns: """
                c.position AS change_position, c.at AS change_at, c.kind AS change_kind, c.file_id AS change_file_id, \
                c.collection AS change_collection, c.name AS change_name, c.path AS change_path, \
                c.previous_path AS change_previous_path, c.owner AS change_owner, c.version AS change_version, \
                c.links::text AS change_links, c.upload_id AS change_upload_id, c.detail AS change_detail, file.*
                """,
            where: Self.condition(filter),
            lookups: """
                LEFT JOIN LATERAL (SELECT \(fragment: MediaFile.columns) FROM media.files WHERE id = c.file_id OFFSET 0) \
                AS file ON true
                """
        )
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
