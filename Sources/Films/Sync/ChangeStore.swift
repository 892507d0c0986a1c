import HTTPServing
import Postgres
import ServiceSupport

/// Reads the feed.
struct ChangeStore: Sendable {
    let database: FilmsDatabase
    private let tables: FeedTables

    init(database: FilmsDatabase) {
        self.database = database
        self.tables = FeedTables(schema: "films", client: database.client)
    }

    /// Changes that one page looks at, at most: a reader that may see few of many gets short pages, each as quick as any other.
    static let window = 10_000

    /// A part of the feed.
    struct Page: Sendable {
        var changes: [Change]
        var cursor: FeedPosition
        var range: FeedRange
        var hasMore: Bool { self.cursor.number < self.range.head.number }
    }

    func range() async throws(FilmsError) -> FeedRange {
        try await self.inPresentEpoch { try await self.tables.range() }
    }

    /// - Parameters:
    ///   - position: nil: the floor.
    ///   - accountID: whose eyes it is for; nil: all changes.
    /// - Throws: `cursor_expired` with the bounds.
    func page(
        after position: FeedPosition?,
        for accountID: RecordID?,
        limit: Int
    ) async throws(FilmsError) -> Page {
        var condition: PostgresQuery = "true"
        if let accountID { condition = "(c.audience IS NULL OR c.audience = \(accountID))" }
        let query: PostgresQuery = """
            WITH bounds AS MATERIALIZED ( \
            SELECT epoch, floor, head, server = films.feed_server() AS is_present, \
            coalesce(\(nullable: position?.number), floor) AS start, \
            least(head, coalesce(least(\(nullable: position?.number), head), floor) + \(Self.window)) AS reach FROM films.feed) \
            SELECT b.epoch, b.floor, b.head, b.is_present, b.reach, c.position, c.at, c.entity, c.record_id, c.version, \
            c.audience, c.change FROM bounds b LEFT JOIN LATERAL (SELECT * FROM films.changes c \
            WHERE c.position > b.start AND c.position <= b.reach AND \(fragment: condition) \
            ORDER BY c.position LIMIT \(limit)) AS c ON true ORDER BY c.position
            """
        return try await self.inPresentEpoch {
            let rows = try await self.database.client.query(query).rows
            guard let first = rows.first, let range = try FeedTables.range(first) else { return nil }
            if let position { try Self.check(position, within: range) }
            let changes = try rows.compactMap { try Change(row: $0, epoch: range.head.epoch) }
            let reach = FeedPosition(epoch: range.head.epoch, number: try first.decode("reach"))
            let end = changes.count == limit ? changes.last?.position ?? reach : reach
            return Page(changes: changes, cursor: end, range: range)
        }
    }

    /// Begins another epoch when the feed ends before what was seen of it.
    func renewEpoch(ifBefore position: FeedPosition) async throws(FilmsError) {
        try await self.database.run { _ in try await self.tables.renewEpoch(ifBefore: position) }
    }

    /// Which of these sessions are there no more.
    func endedSessions(among sessions: Set<RecordID>) async throws(FilmsError) -> Set<RecordID> {
        try await self.database.run { client in
            let rows = try await client.query(
                "SELECT id FROM films.sessions WHERE id = ANY(\(sessions.map(\.uuid)))"
            ).rows
            return sessions.subtracting(try rows.map { try $0.decode("id", as: RecordID.self) })
        }
    }

    /// Runs a query that gives nil when the database has another history than the epoch: then the epoch is renewed first.
    private func inPresentEpoch<Value: Sendable>(
        _ query: @escaping @Sendable () async throws -> Value?
    ) async throws(FilmsError) -> Value {
        for _ in 0..<Self.attempts {
            if let value = try await self.database.run({ _ in try await query() }) { return value }
            _ = try await self.database.run { _ in try await self.tables.stamp() }
        }
        throw FilmsError(
            .databaseUnavailable,
            .feedBeginsAnew,
            retryAfter: 1
        )
    }

    /// Another process may be at it, and hold the lock for a moment.
    private static let attempts = 5

    static func check(_ position: FeedPosition, within range: FeedRange) throws(FilmsError) {
        guard !range.contains(position) else { return }
        throw Self.expired(range)
    }

    /// What a client is told that has to begin afresh.
    static func expired(_ range: FeedRange) -> FilmsError {
        FilmsError(
            .cursorExpired,
            .cursorExpired,
            members: ["floor": .text(range.floor.description), "head": .text(range.head.description)]
        )
    }
}
