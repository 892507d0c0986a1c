import ArgumentParser
import MediaCore

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Works on the configuration.",
        subcommands: [Check.self]
    )

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Reads the settings as serve would, and says what is wrong. Starts nothing."
        )

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await CommandFailure.report {
                let settings = try await self.options.settings().resolved()
                print("The configuration is good.")
                print("storage root: \(settings.storage.root)")
                print("database: \(settings.database.url == nil ? "embedded PostgreSQL" : "as configured")")
                print("listens on: \(settings.http.hostname):\(settings.http.port)")
                print("collections: \(settings.collections.map(\.name).joined(separator: ", "))")
            }
        }
    }
}
