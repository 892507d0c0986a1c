import ArgumentParser
import Logging
import PostgresCluster
import ServiceSupport

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "Works on the embedded database.",
        subcommands: [Upgrade.self]
    )

    func run() async throws { throw MissingCommand.error(of: Self.configuration) }

    struct Upgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "upgrade",
            abstract: "Brings the embedded database to a newer major version of PostgreSQL.",
            discussion: """
                Both versions must be installed, and the daemon be stopped. Takes the newest version that is installed, or that \
                of embedded.binaries. The files are copied: twice their room is needed for a while. The old ones are kept, as \
                data-15 for version 15; remove them when all is well. A command that is cut off leaves the old database as it was. Exit \
                status 0 when the database is of the newest version, 2 when it could not be upgraded.
                """
        )

        @OptionGroup var options: SettingsOptions

        @Option(help: ArgumentHelp("Folder with the programs of the old version.", valueName: "dir"))
        var oldBinaries: String?

        func run() async throws {
            try await CommandFailure.report { try await Interruption.cancelling { _ in try await self.upgrade() } }
        }

        private func upgrade() async throws {
            let settings = try await self.options.settings().resolved()
            settings.log.bootstrap()
            guard settings.database.url == nil else {
                throw CommandFailure.Refusal(
                    description: """
                        database.url names a PostgreSQL that is not mediad's to upgrade; its administrator does that (pg_upgrade). \
                        Only the embedded database is upgraded by this command.
                        """
                )
            }
            do {
                let upgrade = ClusterUpgrade(settings.cluster, logger: Logger(label: "mediad"))
                let outcome = try await upgrade.run(oldBinaries: self.oldBinaries)
                guard let kept = outcome.kept else {
                    return print("The database is of PostgreSQL \(outcome.old), the newest version that was found.")
                }
                print("The database is of PostgreSQL \(outcome.new) now; it was of \(outcome.old).")
                print("The old files are kept in \(kept).")
            } catch let error as PostgresClusterError {
                throw CommandFailure.Refusal(description: error.message)
            }
        }
    }
}
