package import MediaCore
import Postgres

extension PostgresCatalog {
    /// The database's time of day, and when a mediad last changed something in it; nil: never.
    package func times() async throws(MediaError) -> (now: Timestamp, newest: Timestamp?) {
        try await CatalogFailure.translate {
            let rows = try await self.client.query(
                """
                SELECT clock_timestamp() AS now, greatest( \
                (SELECT changed_at FROM media.changes ORDER BY id DESC LIMIT 1), \
                (SELECT max(updated_at) FROM media.uploads)) AS newest
                """
            ).rows
            guard let row = rows.first else { throw PostgresError(.decoding, "an aggregate gave no row") }
            return (try row.decode("now"), try row.decode("newest"))
        }
    }
}
