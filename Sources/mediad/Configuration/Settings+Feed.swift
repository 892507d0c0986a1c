import MediaEngine
import ServiceSupport

extension Settings.Feed {
    init(_ reader: SettingsReader) async throws {
        self.limits = FeedPruner.Limits(
            retention: try await reader.read(
                .duration(
                    "feed.retention",
                    default: .seconds(30 * 86400),
                    in: .seconds(60) ... .seconds(3650 * 86400),
                    """
                    How long a change stays in the feed. Whoever follows it and was away for longer reads everything afresh.
                    """
                )
            ),
            maximumChanges: try await reader.read(
                .integer(
                    "feed.maximumChanges",
                    default: 10_000_000,
                    in: 1000...1_000_000_000,
                    "Changes that the feed keeps at most; beyond it the oldest go, however new they are."
                )
            )
        )
    }
}
