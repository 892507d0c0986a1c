import ArgumentParser

/// The command line.
struct MediadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mediad",
        abstract: "Keeps the media files of an application: uploads, a readable tree, thumbnails, ranged streaming.",
        discussion: """
            Files lie in a tree that people can read, under the storage root; their paths, sizes and types stand in \
            PostgreSQL, schema "media". Without a database URL mediad runs a PostgreSQL of its own under the storage root.

            Settings come from flags, then the environment (MEDIAD_HTTP_PORT for http.port, and DATABASE_URL), then the \
            configuration file, then the defaults. config/mediad.yaml lists every key.
            """,
        version: Version.text,
        subcommands: [
            ServeCommand.self, UploadCommand.self, ListCommand.self, RemoveCommand.self, MigrateCommand.self,
            FsckCommand.self, ImportCommand.self, AdoptDatabaseCommand.self, DatabaseCommand.self, ConfigCommand.self,
            KeyCommand.self, GrantCommand.self, SignCommand.self, TrashCommand.self, DoctorCommand.self,
            FeedCommand.self, WebhookCommand.self, VersionCommand.self,
        ]
    )

    func run() async throws { throw MissingCommand.error(of: Self.configuration) }
}

/// A line that ends too early. Without this it would be answered by a help text and success, and a unit file that lost its
/// arguments would look like a service that has done its work.
enum MissingCommand {
    static func error(of configuration: CommandConfiguration) -> ValidationError {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        return ValidationError("A command is missing: one of \(names.joined(separator: ", ")).")
    }
}

enum Version {
    static let text = "mediad 0.1.0"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    func run() { print(Version.text) }
}
