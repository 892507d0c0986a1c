import MediaEngine
import ServiceSupport

extension Settings.Events {
    init(_ reader: SettingsReader) async throws {
        self.hub = FeedHub.Limits(
            readers: try await reader.read(
                .integer(
                    "events.maximumSubscribers",
                    default: 10_000,
                    in: 1...1_000_000,
                    """
                    Readers of events at a time: streams, subscriptions of WebSocket connections, and requests to \
                    /api/changes that wait. Beyond it new ones get a 503; nobody is let go for them. Each stream is a \
                    connection too (http.maximumConnections).
                    """
                )
            ),
            recent: try await reader.read(
                .integer(
                    "events.recent",
                    default: 4096,
                    in: 1...1_000_000,
                    """
                    Events kept in memory while somebody listens (some KiB each). Readers who are further behind read \
                    from the database until they have caught up.
                    """
                )
            ),
            heartbeat: try await reader.read(
                .duration(
                    "events.heartbeat",
                    default: .seconds(15),
                    in: .seconds(1) ... .seconds(3600),
                    "After so long without an event a stream gets a sign of life, with the cursor that it has reached."
                )
            )
        )
    }
}
