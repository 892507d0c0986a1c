package import MediaCore
package import Postgres

/// Hears which records change, by this process, another one, or SQL by hand, and tells it on.
package struct ChangeListener: Sendable {
    private let client: PostgresClient

    package init(client: PostgresClient) { self.client = client }

    package enum Signal: Sendable, Hashable {
        /// Changes are heard from here on; everything may have changed before.
        case listening
        /// Changes may be missed from here on.
        case deaf
        case changed(MediaPath)
    }

    /// Calls `tell` for every signal until the task is cancelled or the client is closed.
    package func run(_ tell: @Sendable (Signal) -> Void) async {
        for await notification in self.client.listen(to: ["media_records"]) {
            switch notification {
            case .connected: tell(.listening)
            case .disconnected: tell(.deaf)
            // All of them.
            case .received(_, "", _): tell(.listening)
            case .received(_, let path, _): tell(.changed(MediaPath(trusted: path)))
            }
        }
        tell(.deaf)
    }
}
