package import MediaCore

/// A webhook that somebody wants to have.
package struct WebhookDraft: Hashable, Sendable {
    /// Where the messages are to go, as it was given.
    package var url: String
    /// What it is to be called; may be empty.
    package var name: String
    /// Which kinds of changes it wants; empty: all.
    package var events: [String]
    /// Of which collections; empty: of all.
    package var collections: [String]
    /// Where it begins; nil: with what happens from now on.
    package var start: WebhookStart?

    package init(
        url: String,
        name: String = "",
        events: [String] = [],
        collections: [String] = [],
        start: WebhookStart? = nil
    ) {
        self.url = url
        self.name = name
        self.events = events
        self.collections = collections
        self.start = start
    }
}

/// What somebody wants to be another of a webhook; what is nil stays as it is.
package struct WebhookChange: Hashable, Sendable {
    /// Where the messages are to go, as it was given.
    package var url: String?
    /// What it is to be called; may be empty.
    package var name: String?
    /// Which kinds of changes it wants; empty: all.
    package var events: [String]?
    /// Of which collections; empty: of all.
    package var collections: [String]?
    /// Whether anything is sent to it.
    package var isActive: Bool?

    package init(
        url: String? = nil,
        name: String? = nil,
        events: [String]? = nil,
        collections: [String]? = nil,
        isActive: Bool? = nil
    ) {
        self.url = url
        self.name = name
        self.events = events
        self.collections = collections
        self.isActive = isActive
    }
}

/// A place in the feed, as people name it.
package enum WebhookStart: Hashable, Sendable {
    /// Everything that the feed still has: `floor`.
    case floor
    /// Only what is to come: `now`.
    case now
    /// What comes behind a cursor.
    case cursor(FeedCursor)

    /// Reads `floor`, `now` or a cursor; nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "floor": self = .floor
        case "now": self = .now
        default:
            guard let cursor = FeedCursor(text) else { return nil }
            self = .cursor(cursor)
        }
    }
}
