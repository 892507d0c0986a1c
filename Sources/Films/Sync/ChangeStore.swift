import HTTPServing
import Postgres
import Primitives
import ServiceSupport

/// Reads the feed.
struct ChangeStore: Sendable {
    let database: FilmsDatabase
    private let tables: FeedTables

    init(database: FilmsDatabase) {
        self.database = database
        self.tables = FeedTables(schema: "films", client: database.client)
    }

    /// A part of the feed.
    typealias Page = FeedTables.Page<Change>

    func bounds() async throws(FilmsError) -> FeedBounds {
        try await self.database.run { _ in try await self.tables.bounds() }
    }

    /// - Parameters:
    ///   - cursor: nil: the floor.
    ///   - accountID: whose eyes it is for; nil: all changes.
    /// - Throws: `cursor_expired` with the bounds.
    func page(after cursor: FeedCursor?, for accountID: RecordID?, limit: Int) async throws(FilmsError) -> Page {
        var selection = FeedSelection(
            columns: "c.position, c.at, c.entity, c.record_id, c.version, c.audience, c.change"
        )
        if let accountID { selection.condition = "(c.audience IS NULL OR c.audience = \(accountID))" }
        let wanted = selection
        let reading = try await self.database.run { _ in
            try await self.tables.page(after: cursor, limit: limit, isWhole: false, of: wanted) {
                try Change(row: $0, epoch: $1)
            }
        }
        switch reading {
        case .page(let page): return page
        case .expired(let bounds): throw Self.expired(bounds)
        }
    }

    /// Begins another epoch when the feed ends before what was seen of it.
    func renewEpoch(ifBefore cursor: FeedCursor) async throws(FilmsError) {
        try await self.database.run { _ in try await self.tables.renewEpoch(ifBefore: cursor) }
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

    static func check(_ cursor: FeedCursor, within bounds: FeedBounds) throws(FilmsError) {
        guard !bounds.contains(cursor) else { return }
        throw Self.expired(bounds)
    }

    /// What a client is told that has to begin afresh.
    static func expired(_ bounds: FeedBounds) -> FilmsError {
        FilmsError(
            .cursorExpired,
            .cursorExpired,
            members: ["floor": .text(bounds.floor.text), "head": .text(bounds.head.text)]
        )
    }
}
