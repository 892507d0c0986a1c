import ArgumentParser
import MediaCore
import MediaEngine

/// Webhooks. They work on the database, also beside a running daemon, which begins to send within a second.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Makes, lists and changes webhooks: endpoints that every change is sent to.",
        subcommands: [
            Create.self, List.self, Update.self, Delete.self, Rotate.self, Replay.self, Enable.self, Disable.self,
        ]
    )

    func run() async throws { throw MissingCommand.error(of: Self.configuration) }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Makes a webhook and prints its secret, and nothing else. It is shown this once.",
            discussion: """
                Messages follow Standard Webhooks: libraries of that name verify them with the secret. They begin with the next \
                change, or where --from says.

                Examples:
                  mediad webhook create --url https://app.example.com/hooks/media
                  mediad webhook create --url https://app.example.com/hooks --event "file.*" --collection posters
                """
        )

        @Option(
            help:
                "Where the messages go: https, and reachable from the internet, unless webhooks.allowedNetworks says more."
        )
        var url: String

        @Option(
            name: .customLong("event"),
            help: ArgumentHelp(
                "A kind of change: file.created, \"file.*\"; may be given again. Else all.",
                valueName: "type"
            )
        )
        var events: [String] = []

        @Option(
            name: .customLong("collection"),
            help: ArgumentHelp("A collection; may be given again. Else all.", valueName: "name")
        )
        var collections: [String] = []

        @Option(help: "What the webhook is called in lists.")
        var name: String = ""

        @Option(help: ArgumentHelp("Where it begins: a cursor, floor or now.", valueName: "cursor"))
        var from: String = "now"

        @OptionGroup var options: SettingsOptions

        func validate() throws { _ = try WebhookCommand.start(self.from) }

        func run() async throws {
            try await CommandFailure.report {
                let draft = WebhookDraft(
                    url: self.url,
                    name: self.name,
                    events: self.events,
                    collections: self.collections,
                    start: try WebhookCommand.start(self.from)
                )
                try await Maintenance.run(self.options, needsWorkers: false) { app in
                    print(try await app.webhooks.create(draft).secret.text)
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "delete", abstract: "Forgets a webhook.")

        @OptionGroup var target: WebhookTarget
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await self.target.with(self.options) { webhooks, id in
                try await webhooks.delete(id)
                print("Deleted \(id).")
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract: "Gives a webhook another secret and prints it, and nothing else.",
            discussion: """
                Messages are signed with the new secret and with the one before, so the receiver may change at any time. The next \
                rotation drops that one.
                """
        )

        @Flag(help: "Sign with the new secret alone from now on: the old one has leaked.")
        var dropOld = false

        @OptionGroup var target: WebhookTarget
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await self.target.with(self.options) { webhooks, id in
                print(try await webhooks.rotate(id, dropsOld: self.dropOld).text)
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "replay",
            abstract: "Sends again what came behind a cursor, whatever state the webhook was in."
        )

        @Option(
            help: ArgumentHelp("A cursor of the feed; floor for all that it has, now for nothing.", valueName: "cursor")
        )
        var from: String

        @OptionGroup var target: WebhookTarget
        @OptionGroup var options: SettingsOptions

        func validate() throws { _ = try WebhookCommand.start(self.from) }

        func run() async throws {
            let start = try WebhookCommand.start(self.from)
            try await self.target.with(self.options) { webhooks, id in
                try await webhooks.replay(id, from: start)
                print("Replaying \(id).")
            }
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable",
            abstract: "Sends to a parked or disabled webhook again, from where it stopped."
        )

        @OptionGroup var target: WebhookTarget
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await self.target.with(self.options) { webhooks, id in
                try await webhooks.enable(id)
                print("Enabled \(id).")
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Sends nothing to a webhook, not even a probe, until it is enabled; it goes on where it stopped."
        )

        @OptionGroup var target: WebhookTarget
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await self.target.with(self.options) { webhooks, id in
                try await webhooks.disable(id)
                print("Disabled \(id).")
            }
        }
    }

    fileprivate static func start(_ text: String) throws -> WebhookStart {
        guard let start = WebhookStart(text) else {
            throw ValidationError("--from must be a cursor such as x1.42, floor or now.")
        }
        return start
    }
}

/// The webhook that a command is about.
struct WebhookTarget: ParsableArguments {
    @Argument(help: "The webhook's id, as \"mediad webhook list\" prints it, or its name, if no other has the same.")
    var id: String

    /// Runs a command about it.
    func with(
        _ options: SettingsOptions,
        _ body: @escaping @Sendable (WebhookService, WebhookID) async throws -> Void
    ) async throws {
        let text = self.id
        try await CommandFailure.report {
            try await Maintenance.run(options, needsWorkers: false) { app in
                try await body(app.webhooks, try await Self.find(text, app.webhooks))
            }
        }
    }

    private static func find(_ text: String, _ webhooks: WebhookService) async throws -> WebhookID {
        if let id = WebhookID(text) { return id }
        let named = try await webhooks.list().filter { $0.webhook.name == text && !text.isEmpty }
        guard let only = named.first, named.count == 1 else {
            let what = named.isEmpty ? "There is no webhook of this name." : "\(named.count) webhooks have this name."
            throw CommandFailure.Refusal(description: "\(what) \"mediad webhook list\" prints the ids.")
        }
        return only.webhook.id
    }
}
