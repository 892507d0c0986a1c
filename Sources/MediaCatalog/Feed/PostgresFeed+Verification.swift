package import MediaCore
import Postgres
import ServiceSupport

/// What a comparison of the feed with the records found.
package struct FeedReport: Hashable, Sendable {
    /// From where to where the feed reached.
    package var bounds: FeedBounds
    /// Changes that it holds.
    package var changes: Int
    /// Committed changes that had no position yet; they are compared too.
    package var pending: Int
    /// Files and links that the changes are about.
    package var subjects: Int
    /// What is not as it should be, in words; ``PostgresFeed/maximumFindings`` of each kind at most.
    package var findings: [String]
}

extension PostgresFeed {
    /// Findings of one kind that are told.
    package static let maximumFindings = 100

    /// Folds the feed from its floor, and compares what comes out with the records: in one snapshot, beside running daemons.
    ///
    /// What no change since the floor is about cannot be judged. The time that this takes grows with the feed; each of its statements may
    /// run for an hour.
    package func verify() async throws(MediaError) -> FeedReport {
        try await CatalogFailure.translate {
            try await self.client.withTransaction(isolation: .repeatableRead, patience: FeedTables.patience) {
                connection in
                let rows = try await connection.query(Self.overview).rows
                guard let row = rows.first else { throw PostgresError(.decoding, "an aggregate gave no row") }
                let epoch: String = try row.decode("epoch")
                var report = FeedReport(
                    bounds: FeedBounds(
                        floor: FeedCursor(epoch: epoch, position: try row.decode("floor")),
                        head: FeedCursor(epoch: epoch, position: try row.decode("head"))
                    ),
                    changes: try row.decode("changes"),
                    pending: try row.decode("pending"),
                    subjects: try row.decode("subjects"),
                    findings: []
                )
                if try row.decode("is_whole") == false {
                    report.findings.append("the positions are not all those between floor and head")
                }
                for query in [Self.torn, Self.unordered, Self.differentFiles, Self.differentLinks] {
                    report.findings += try await connection.query(query).rows.map { try $0.decode(at: 0) }
                }
                return report
            }
        }
    }

    private static let overview: PostgresQuery = """
        SELECT epoch, floor, head, changes, pending, subjects, \
        changes = head - floor AND coalesce(first = floor + 1 AND last = head, head = floor) AS is_whole FROM media.feed, \
        (SELECT count(*) AS changes, min(position) AS first, max(position) AS last, \
        count(DISTINCT coalesce(file_id::text, upload_id)) AS subjects FROM media.changes) AS found, \
        (SELECT count(*) AS pending FROM media.outbox) AS waiting
        """

    /// A change is the last of its transaction, or the next one is of the same transaction.
    private static let torn: PostgresQuery = """
        SELECT 'change ' || position || ' is torn from its transaction' FROM (SELECT position, last_of_transaction, \
        lead(last_of_transaction) OVER (ORDER BY position) AS next FROM media.changes) AS c \
        WHERE position <> last_of_transaction AND next IS DISTINCT FROM last_of_transaction \
        ORDER BY position LIMIT \(unescaped: "\(maximumFindings)")
        """

    /// All changes in their order, those that wait for their positions behind the others.
    private static let log: PostgresQuery = """
        log AS (SELECT position, file_id, kind, path, previous_path, version, links FROM media.changes UNION ALL \
        SELECT (SELECT head FROM media.feed) + row_number() OVER (ORDER BY newest, id), file_id, kind, path, previous_path, \
        version, links FROM (SELECT *, max(id) OVER (PARTITION BY tx) AS newest FROM media.outbox) AS pending)
        """

    /// What each change of a file says of the one before.
    private static let unordered: PostgresQuery = """
        WITH \(fragment: log), steps AS (SELECT position, file_id, kind, coalesce(previous_path, path) AS came_from, \
        lag(kind) OVER w AS kind_before, lag(path) OVER w AS path_before FROM log WHERE kind LIKE 'file.%' \
        WINDOW w AS (PARTITION BY file_id ORDER BY position)) \
        SELECT 'change ' || position || ', ' || kind || ' of ' || file_id || ', cannot follow ' || kind_before \
        FROM steps WHERE kind_before IS NOT NULL AND CASE WHEN kind IN ('file.created', 'file.restored') \
        THEN kind_before NOT IN ('file.deleted', 'file.reaped') \
        ELSE kind_before IN ('file.deleted', 'file.reaped') OR came_from <> path_before END \
        ORDER BY position LIMIT \(unescaped: "\(maximumFindings)")
        """

    /// The last change of each file, and its record.
    private static let differentFiles: PostgresQuery = """
        WITH \(fragment: log), folded AS (SELECT DISTINCT ON (file_id) file_id, kind, path, version FROM log \
        WHERE kind LIKE 'file.%' ORDER BY file_id, position DESC) \
        SELECT 'the last change of ' || file_id || ' (' || folded.path || ') is ' || kind || ', but its record ' || \
        CASE WHEN f.id IS NULL THEN 'is not there' WHEN kind IN ('file.deleted', 'file.reaped') THEN 'is there' \
        ELSE 'has another path or version' END \
        FROM folded LEFT JOIN media.files f ON f.id = file_id \
        WHERE CASE WHEN kind IN ('file.deleted', 'file.reaped') THEN f.id IS NOT NULL \
        ELSE f.id IS NULL OR (f.path, f.version) IS DISTINCT FROM (folded.path, folded.version) END \
        ORDER BY file_id LIMIT \(unescaped: "\(maximumFindings)")
        """

    /// The last change of each link, and its row.
    private static let differentLinks: PostgresQuery = """
        WITH \(fragment: log), folded AS (SELECT DISTINCT ON (file_id, links) file_id, kind, links -> 0 AS link FROM log \
        WHERE kind LIKE 'link.%' ORDER BY file_id, links, position DESC) \
        SELECT 'the last change of the link ' || link::text || ' of ' || folded.file_id || ' is ' || kind || ', but it ' || \
        CASE WHEN l.file_id IS NULL THEN 'is not there' ELSE 'is there' END \
        FROM folded LEFT JOIN media.links l ON l.file_id = folded.file_id AND l.entity = link ->> 'entity' \
        AND l.entity_id = link ->> 'entityId' AND l.role = link ->> 'role' \
        WHERE (kind = 'link.added') <> (l.file_id IS NOT NULL) \
        ORDER BY folded.file_id LIMIT \(unescaped: "\(maximumFindings)")
        """
}
