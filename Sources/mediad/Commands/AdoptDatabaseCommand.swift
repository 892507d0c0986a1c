import ArgumentParser
import MediaCore
import MediaEngine
import MediaStorage

struct AdoptDatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt-database",
        abstract: "Makes storage root and database a pair, after a restore of one of them.",
        discussion: """
            mediad refuses to start with a database that belongs to another storage root: everything in the root would seem \
            to be left over. This command says that they belong together. It changes no file and no record; \
            "mediad fsck" tells afterwards what differs. The daemon must be stopped.
            """
    )

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await CommandFailure.report {
            let settings = try await self.options.settings().resolved()
            try Maintenance.requireRoot(settings)
            let lock = try RootLock(root: settings.storage.root, isShared: false)
            try await Maintenance.run(settings, needsWorkers: false, pairs: false) { app in
                let (records, found) = try await app.pairing.adopt()
                print("Storage root and database are a pair.")
                if records > 0 { print("Of the \(records) newest records, \(found) have their file in the tree.") }
                print("Compare them with: mediad fsck --quick")
            }
            withExtendedLifetime(lock) {}
        }
    }
}
