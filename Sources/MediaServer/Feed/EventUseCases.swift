package import MediaEngine

/// What the routes of events are made of.
package struct EventUseCases: Sendable {
    /// Gives the events out.
    package var hub: FeedHub
    /// Says who may hear what.
    package var gate: any EventGate
    /// How far uploads have come, for readers who want to hear that, too.
    package var progress: UploadProgressTopic
    /// For browsers, which can send no header fields with a stream.
    package var tickets: EventTicketService

    package init(
        hub: FeedHub,
        gate: any EventGate,
        progress: UploadProgressTopic,
        tickets: EventTicketService
    ) {
        self.hub = hub
        self.progress = progress
        self.gate = gate
        self.tickets = tickets
    }
}
