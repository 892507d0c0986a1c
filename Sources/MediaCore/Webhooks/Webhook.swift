package import Primitives

/// An endpoint that is sent every change, one after the other: a reader of the feed that we carry the events to.
package struct Webhook: Hashable, Sendable {
    package let id: WebhookID
    /// What whoever made it calls it; may be empty.
    package var name: String
    /// Where the messages go.
    package var url: WebhookURL
    /// Which kinds of changes: `file.created`, or `file.*` for all that begin so. Empty: all.
    package var events: [String]
    /// Of which collections. Empty: of all.
    package var collections: [String]
    /// What messages are signed with, the newest first; at least one.
    package var secrets: [WebhookSecret]
    package var state: State
    /// Since when it has been in that state.
    package var stateSince: Timestamp
    /// Everything up to here has been taken, or was not asked for.
    package var cursor: FeedCursor
    /// Tries in a row that failed, probes included.
    package var failures: Int
    /// Why the last try failed, for people; nil after one that did not.
    package var lastError: String?
    /// Not before this anything is sent. Nil: nothing is until somebody enables it.
    package var nextTry: Timestamp?
    /// When the endpoint last took something.
    package var deliveredAt: Timestamp?
    package var createdAt: Timestamp

    /// Whether an endpoint is sent to.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Changes are sent as they happen; what fails is tried again.
        case active
        /// So many tries of one change failed that it is only probed, or its cursor has expired. Nothing is lost.
        case parked
        /// It has been parked for long, said that it is gone, or somebody disabled it. Probed rarely, in the last case never.
        case disabled
    }

    /// Of a name, in characters.
    package static let maximumNameLength = 100
    /// Of a filter, kinds of changes and collections each.
    package static let maximumFilters = 64

    package init(
        id: WebhookID,
        name: String,
        url: WebhookURL,
        events: [String],
        collections: [String],
        secrets: [WebhookSecret],
        state: State = .active,
        stateSince: Timestamp,
        cursor: FeedCursor,
        failures: Int = 0,
        lastError: String? = nil,
        nextTry: Timestamp?,
        deliveredAt: Timestamp? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.url = url
        self.events = events
        self.collections = collections
        self.secrets = secrets
        self.state = state
        self.stateSince = stateSince
        self.cursor = cursor
        self.failures = failures
        self.lastError = lastError
        self.nextTry = nextTry
        self.deliveredAt = deliveredAt
        self.createdAt = createdAt
    }

    /// Whether it asked for changes of this kind.
    package func wants(_ kind: FeedEvent.Kind) -> Bool {
        self.events.isEmpty || self.events.contains { Self.covers($0, kind) }
    }

    /// Whether a text of ``events`` stands for a kind: by its name, or by a star for the part behind the dot.
    package static func covers(_ pattern: String, _ kind: FeedEvent.Kind) -> Bool {
        guard pattern.hasSuffix(".*") else { return pattern == kind.rawValue }
        return kind.rawValue.hasPrefix(pattern.dropLast())
    }

    /// Changes between its cursor and the newest, those that it did not ask for included; nil when the cursor is of another epoch, so that
    /// it has to begin anew.
    package func lag(behind head: FeedCursor) -> Int64? {
        guard self.cursor.epoch == head.epoch else { return nil }
        return max(0, head.position - self.cursor.position)
    }
}
