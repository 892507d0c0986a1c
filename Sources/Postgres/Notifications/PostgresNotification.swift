/// What a listener hears.
package enum PostgresNotification: Sendable, Hashable {
    /// The server listens from here on. What was notified before it was not heard: read the state afresh.
    case connected
    /// Listening was interrupted, or the listener was too slow; notifications may be missed until the next `.connected`.
    case disconnected
    /// One `NOTIFY`, at most 8000 bytes of payload. `processID` is the server process that sent it.
    case received(channel: String, payload: String, processID: Int32)
}
