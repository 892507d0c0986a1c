import ArgumentParser
import MediaCore
import MediaEngine

extension WebhookCommand {
    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "update",
            abstract: "Changes what a webhook is, from the next message on.",
            discussion: """
                What is not given stays as it is, the cursor and the secrets too. With another URL the webhook begins anew: failures are \
                forgotten, and it is active unless somebody disabled it.

                Examples:
                  mediad webhook update app --url https://new.example.com/hooks
                  mediad webhook update app --event "file.*" --event link.added
                  mediad webhook update app --all-events --all-collections
                """
        )

        @Option(help: "Where the messages go.")
        var url: String?

        @Option(help: "What the webhook is called in lists.")
        var name: String?

        @Option(
            name: .customLong("event"),
            help: ArgumentHelp("A kind of change; may be given again. In place of those before.", valueName: "type")
        )
        var events: [String] = []

        @Flag(help: "All kinds of changes.")
        var allEvents = false

        @Option(
            name: .customLong("collection"),
            help: ArgumentHelp("A collection; may be given again. In place of those before.", valueName: "name")
        )
        var collections: [String] = []

        @Flag(help: "All collections.")
        var allCollections = false

        @OptionGroup var target: WebhookTarget
        @OptionGroup var options: SettingsOptions

        func validate() throws {
            guard !self.allEvents || self.events.isEmpty, !self.allCollections || self.collections.isEmpty else {
                throw ValidationError(
                    "Give either the kinds and collections that are sent, or --all-events, --all-collections."
                )
            }
            guard self.change != WebhookChange() else { throw ValidationError("Nothing is to be changed.") }
        }

        private var change: WebhookChange {
            WebhookChange(
                url: self.url,
                name: self.name,
                events: self.allEvents ? [] : self.events.isEmpty ? nil : self.events,
                collections: self.allCollections ? [] : self.collections.isEmpty ? nil : self.collections
            )
        }

        func run() async throws {
            let change = self.change
            try await self.target.with(self.options) { webhooks, id in
                _ = try await webhooks.change(id, change)
                print("Updated \(id).")
            }
        }
    }
}
