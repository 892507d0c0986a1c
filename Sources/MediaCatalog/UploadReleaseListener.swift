package import Logging
package import MediaCore
package import Postgres

/// Hears which uploads somebody wants to take over, in this process or another, and tells them on.
///
/// What is asked for while the connection is down is not heard; who asks waits for a bounded time only, and asks again.
package struct UploadReleaseListener: Sendable {
    static let channel = "media_uploads"

    private let client: PostgresClient
    private let logger: Logger

    package init(client: PostgresClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// Calls `tell` for every upload that is to be let go of, until the task is cancelled or the client is closed.
    package func run(_ tell: @Sendable (UploadID, Timestamp) -> Void) async {
        for await notification in self.client.listen(to: [Self.channel]) {
            guard case .received(_, let payload, _) = notification else { continue }
            let words = payload.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let id = UploadID(String(words[0])), let microseconds = Int64(words[1]) else {
                self.logger.warning("A release request could not be read", metadata: ["payload": "\(payload)"])
                continue
            }
            tell(id, Timestamp(microseconds: microseconds))
        }
    }
}
