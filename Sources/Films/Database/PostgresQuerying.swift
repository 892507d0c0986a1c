package import Postgres

/// A pool, or one connection in a transaction.
package protocol PostgresQuerying: Sendable {
    func query(_ query: PostgresQuery) async throws -> PostgresResult
}

extension PostgresClient: PostgresQuerying {}
extension PostgresConnection: PostgresQuerying {}
