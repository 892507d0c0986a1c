import FeedServing
import ServiceSupport

extension Settings.Feed {
    init(_ reader: SettingsReader) async throws {
        self.limits = try await FeedPruner.Limits(reader, maximumChanges: 10_000_000)
    }
}
