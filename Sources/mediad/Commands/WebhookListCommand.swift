import ArgumentParser
import MediaCore
import MediaEngine

extension WebhookCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists the webhooks, the oldest first: state, how far each is behind, and why."
        )

        @Flag(help: "Print a JSON object for each webhook.")
        var json = false

        @OptionGroup var options: SettingsOptions

        /// The members that `GET /api/webhooks` has.
        private struct Line: Encodable {
            var id: String
            var name: String
            var url: String
            var events: [String]
            var collections: [String]
            var state: String
            var cursor: String
            var lag: Int64?
            var failures: Int
            var lastError: String?
            var nextTry: String?
            var deliveredAt: String?
            var createdAt: String

            init(_ status: WebhookService.Status) {
                let webhook = status.webhook
                self.id = webhook.id.text
                self.name = webhook.name
                self.url = webhook.url.text
                self.events = webhook.events
                self.collections = webhook.collections
                self.state = webhook.state.rawValue
                self.cursor = webhook.cursor.text
                self.lag = status.lag
                self.failures = webhook.failures
                self.lastError = webhook.lastError
                self.nextTry = webhook.failures > 0 ? webhook.nextTry.map { "\($0)" } : nil
                self.deliveredAt = webhook.deliveredAt.map { "\($0)" }
                self.createdAt = "\(webhook.createdAt)"
            }
        }

        func run() async throws {
            try await CommandFailure.report {
                try await Maintenance.run(self.options, needsWorkers: false) { app in
                    for status in try await app.webhooks.list() {
                        let line = Line(status)
                        print(self.json ? JSONLine.text(line) : Self.text(line))
                    }
                }
            }
        }

        private static func text(_ line: Line) -> String {
            let lag = line.lag.map { "lag \($0)" } ?? "lag unknown"
            let wants = (line.events + line.collections).joined(separator: " ")
            let parts = [
                line.id, line.state, lag, TerminalText.plain(line.name), line.url, wants, line.lastError ?? "",
                line.nextTry.map { "next try \($0)" } ?? "",
            ]
            return parts.filter { !$0.isEmpty }.joined(separator: "  ")
        }
    }
}
