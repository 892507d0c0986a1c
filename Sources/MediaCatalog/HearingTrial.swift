package import MediaCore
package import Postgres

/// Whether this process hears what the database notifies: several daemons, and SQL by hand, depend on it.
package struct HearingTrial: Sendable {
    private let client: PostgresClient
    private let limit: Duration

    /// - Parameter limit: how long one trial waits; there are two.
    package init(client: PostgresClient, limit: Duration = .seconds(5)) {
        self.client = client
        self.limit = limit
    }

    /// Listens, notifies, and waits.
    /// - Throws: ``MediaError`` `invalid_configuration` where nothing is heard; `catalog_unavailable`.
    package func run() async throws(MediaError) {
        let isHeard = try await CatalogFailure.translate {
            do {
                if try await self.client.hearsNotifications(within: self.limit) { return true }
                return try await self.client.hearsNotifications(within: self.limit)
            } catch let error as PostgresError where error.sqlState == "54000" {
                // The server's queue is full: nothing is known, and nothing that a pooler could be blamed for.
                return true
            }
        }
        guard !isHeard else { return }
        throw MediaError(
            .invalidConfiguration,
            """
            The database does not deliver its notifications to mediad: a connection pooler that gives connections out for \
            single transactions stands in between (PgBouncer: pool_mode = transaction). Let database.url name the server \
            itself, or a pool with pool_mode = session.
            """
        )
    }
}
