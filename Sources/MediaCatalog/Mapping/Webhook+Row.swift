import MediaCore
import Postgres

extension Webhook {
    /// The columns that ``init(row:)`` reads.
    static let columns: PostgresQuery = """
        w.id, w.name, w.url, w.events, w.collections, w.secrets, w.state, w.state_since, w.epoch, w.position, w.failures, \
        w.last_error, w.next_try, w.delivered_at, w.created_at
        """

    /// Reads a row of `media.webhooks`.
    ///
    /// Nil for one that nothing could be sent to: somebody has written it by hand. It must not keep the others from being read.
    init?(row: PostgresRow) throws {
        let (id, state): (String, String) = (try row.decode("id"), try row.decode("state"))
        let secrets: [String] = try row.decode("secrets")
        let (text, epoch): (String, String) = (try row.decode("url"), try row.decode("epoch"))
        guard let id = WebhookID(id), let state = State(rawValue: state), let url = try? WebhookURL(text) else {
            return nil
        }
        let usable = secrets.compactMap { WebhookSecret($0) }
        guard !usable.isEmpty else { return nil }
        self.init(
            id: id,
            name: try row.decode("name"),
            url: url,
            events: try row.decode("events"),
            collections: try row.decode("collections"),
            secrets: usable,
            state: state,
            stateSince: try row.decode("state_since"),
            cursor: FeedCursor(epoch: epoch, position: try row.decode("position")),
            failures: try row.decode("failures"),
            lastError: try row.decode("last_error"),
            nextTry: try row.decode("next_try"),
            deliveredAt: try row.decode("delivered_at"),
            createdAt: try row.decode("created_at")
        )
    }
}
