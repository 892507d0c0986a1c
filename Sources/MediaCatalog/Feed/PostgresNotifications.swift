package import Logging
package import MediaCore
package import Postgres

/// What the database notifies: the channels `media_feed` and `media_uploads`, on one connection.
package struct PostgresNotifications: CatalogNotifications {
    private let client: PostgresClient
    private let logger: Logger

    /// - Parameter client: of the database. Listening takes one connection beside those of its pool.
    package init(client: PostgresClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// The head of the feed, as a cursor's text; sent by `media.stamp()`.
    static let feedChannel = "media_feed"
    /// Uploads that somebody wants: the id, a space, microseconds since 1970 as decimal digits.
    static let uploadChannel = "media_uploads"

    /// The payload that asks for the release of an upload.
    static func takeoverPayload(of id: UploadID, asked time: Timestamp) -> String { "\(id.text) \(time.microseconds)" }

    package func notifications() -> AsyncStream<CatalogNotification> {
        let heard = self.client.listen(to: [Self.feedChannel, Self.uploadChannel])
        let logger = self.logger
        return AsyncStream(
            unfolding: {
                // The iteration ends when the task that reads is cancelled.
                for await notification in heard {
                    if let understood = CatalogNotification(notification) { return understood }
                    logger.warning("A notification could not be read", metadata: ["notification": "\(notification)"])
                }
                return nil
            }
        )
    }
}

extension CatalogNotification {
    /// - Returns: nil for a payload that nobody here sends.
    fileprivate init?(_ notification: PostgresNotification) {
        switch notification {
        case .connected: self = .connected
        case .disconnected: self = .disconnected
        case .received(PostgresNotifications.feedChannel, let payload, _):
            guard let cursor = FeedCursor(payload) else { return nil }
            self = .feedMoved(cursor)
        case .received(_, let payload, _):
            let words = payload.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let id = UploadID(String(words[0])), let microseconds = Int64(words[1]) else {
                return nil
            }
            self = .uploadTakeoverRequested(id, asked: Timestamp(microseconds: microseconds))
        }
    }
}
