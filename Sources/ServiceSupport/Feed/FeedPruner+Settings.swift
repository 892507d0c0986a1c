package import FeedServing

extension FeedPruner.Limits {
    /// Reads `feed.retention` and `feed.maximumChanges`.
    ///
    /// - Parameter maximumChanges: the default of the latter.
    package init(_ reader: SettingsReader, maximumChanges: Int) async throws {
        self.init(
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
                    default: maximumChanges,
                    in: 1000...1_000_000_000,
                    "Changes that the feed keeps at most; beyond it the oldest go, however new they are."
                )
            )
        )
    }
}
