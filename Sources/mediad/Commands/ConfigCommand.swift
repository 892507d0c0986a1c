import ArgumentParser
import MediaCore
import MediaRendering
import ServiceSupport

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Works on the configuration.",
        subcommands: [Check.self, Keys.self]
    )

    func run() async throws { throw MissingCommand.error(of: Self.configuration) }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Reads the settings as serve would, and says all that is wrong. Starts nothing.",
            discussion: """
                Looks at the machine too: whether the storage root can be made, whether the certificate is there and \
                belongs to its key. Does not ask the database. Exit status 0 when all is good, 2 otherwise.
                """
        )

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await CommandFailure.report {
                let settings = try await self.options.settings(checksSite: true).resolved()
                print("The configuration is good.")
                print("storage root: \(settings.storage.root)")
                print("database: \(settings.database.url == nil ? "embedded PostgreSQL" : "as configured")")
                print("listens on: \(settings.http.hostname):\(settings.http.port)")
                print("collections: \(settings.collections.map(\.name).joined(separator: ", "))")
                try RenditionRenderer.start()
                let unwritable = RenditionRenderer.unwritableFormats
                if !unwritable.isEmpty {
                    let names = unwritable.map(\.rawValue).joined(separator: ", ")
                    print("pictures are not offered in: \(names) (no encoder; for avif: libheif-plugin-aomenc)")
                }
            }
        }
    }

    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys",
            abstract: "Prints every key with its type, range, meaning and default.",
            discussion: """
                collections.name stands for a collection of your own, collections.name.preset.preset for one of its presets.
                """
        )

        func run() async throws {
            try await CommandFailure.report {
                for setting in try await Settings.documentation() { print("\(setting.key): \(setting.text)") }
            }
        }
    }
}
