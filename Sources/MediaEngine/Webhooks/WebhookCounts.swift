package import MediaCore
import Synchronization

/// What happened with webhooks, for metrics.
package final class WebhookCounts: Sendable {
    /// The state of all webhooks at one time, and what this process has done.
    package struct Snapshot: Hashable, Sendable {
        /// Messages of this process that were taken.
        package var delivered: Int64 = 0
        /// Tries of this process that failed.
        package var failed: Int64 = 0
        /// As they were read last; at most a few seconds old.
        package var endpoints: [Endpoint] = []

        /// Nothing has happened.
        package init() {}
    }

    /// One webhook.
    package struct Endpoint: Hashable, Sendable {
        package var id: WebhookID
        package var state: Webhook.State
        /// Changes behind the newest; nil when its cursor is of another epoch.
        package var lag: Int64?
    }

    private let state = Mutex(Snapshot())

    package init() {}

    /// What is known now.
    package var snapshot: Snapshot { self.state.withLock(\.self) }

    func delivered() { self.state.withLock { $0.delivered += 1 } }

    func failed() { self.state.withLock { $0.failed += 1 } }

    func note(_ webhooks: [Webhook], head: FeedCursor) {
        let endpoints = webhooks.map { Endpoint(id: $0.id, state: $0.state, lag: $0.lag(behind: head)) }
        self.state.withLock { $0.endpoints = endpoints }
    }
}
