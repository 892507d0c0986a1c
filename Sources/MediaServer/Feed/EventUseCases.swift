package import MediaEngine

/// What the routes of events are made of.
package struct EventUseCases: Sendable {
    /// Gives the events out.
    package var hub: FeedHub
    /// Says who may hear what.
    package var gate: any EventGate
    /// For browsers, which can send no header fields with a stream.
    package var tickets: EventTicketService

    package init(hub: FeedHub, gate: any EventGate, tickets: EventTicketService) {
        self.hub = hub
        self.gate = gate
        self.tickets = tickets
    }
}
