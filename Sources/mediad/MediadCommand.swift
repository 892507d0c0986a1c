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
            VersionCommand.self,
        ]
    )
}

enum Version {
    static let text = "mediad 0.1.0"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    func run() { print(Version.text) }
}
