/// What of a webhook is to be another; what is nil stays as it is.
package struct WebhookRevision: Hashable, Sendable {
    /// Where the messages go. Another one begins anew: without failures, and active unless somebody has to say where it goes on.
    package var url: WebhookURL?
    /// What whoever made it calls it.
    package var name: String?
    /// Which kinds of changes; empty: all.
    package var events: [String]?
    /// Of which collections; empty: of all.
    package var collections: [String]?

    package init(
        url: WebhookURL? = nil,
        name: String? = nil,
        events: [String]? = nil,
        collections: [String]? = nil
    ) {
        self.url = url
        self.name = name
        self.events = events
        self.collections = collections
    }
}
