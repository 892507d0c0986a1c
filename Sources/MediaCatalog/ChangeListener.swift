import FoundationEssentials
package import Logging
package import MediaCore
package import Postgres

/// Hears of changes to the catalog, by this process or another, and tells them on.
package struct ChangeListener: Sendable {
    private let client: PostgresClient
    private let logger: Logger

    package init(client: PostgresClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    package enum Signal: Sendable, Hashable {
        /// Changes are heard from here on; what happened before may have been missed.
        case listening
        /// Changes may be missed from here on.
        case deaf
        case changed(MediaPath)
    }

    /// Calls `tell` for every signal until the task is cancelled or the client is closed.
    package func run(_ tell: @Sendable (Signal) -> Void) async {
        for await notification in self.client.listen(to: "media_changes") {
            switch notification {
            case .connected: tell(.listening)
            case .disconnected: tell(.deaf)
            case .received(_, let payload, _):
                guard let change = try? JSONDecoder().decode(Payload.self, from: Data(payload.utf8)) else {
                    self.logger.warning("A change notification could not be read", metadata: ["payload": "\(payload)"])
                    continue
                }
                tell(.changed(MediaPath(trusted: change.path)))
            }
        }
        tell(.deaf)
    }

    private struct Payload: Decodable {
        var path: String
    }
}
