package import MediaCore
import Postgres

extension PostgresCatalog {
    /// The database's time of day, and when a mediad last changed something in it; nil: never.
    ///
    /// Uploads that were ended by a clock ahead of the database's do not count: their rows would say so for years.
    package func times() async throws(MediaError) -> (now: Timestamp, newest: Timestamp?) {
        try await CatalogFailure.translate {
            let rows = try await self.client.query(
                """
                SELECT clock_timestamp() AS now, greatest( \
                (SELECT stamped_at FROM media.changes ORDER BY position DESC LIMIT 1), \
                (SELECT max(updated_at) FROM media.uploads WHERE updated_at <= clock_timestamp() + interval '1 minute')) AS newest
                """
            ).rows
            guard let row = rows.first else { throw PostgresError(.decoding, "an aggregate gave no row") }
            return (try row.decode("now"), try row.decode("newest"))
        }
    }
}
