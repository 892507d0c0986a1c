import ArgumentParser
import Foundation
import MediaCatalog
import MediaCore
import MediaEngine
import MediaStorage

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database schema up to date. The daemon does this by itself when it starts."
    )

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await CommandFailure.report {
            try await Maintenance.run(self.options, needsWorkers: false, makesRoot: true) { _ in
                print("The schema is up to date.")
            }
        }
    }
}

struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Compares tree and catalog: every record's file, every file's record, every byte.",
        discussion: """
            Prints one line per finding: kind, path, explanation. Exit status 0 when all is well or repaired, 1 with \
            findings left, 2 when it could not run. Works beside a running daemon.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Repair what can be repaired without losing anything.")
    var repair = false

    @Flag(help: "Compare sizes and times only; do not read every byte.")
    var quick = false

    @Flag(help: "With --repair: drop the records of files that are gone from the tree.")
    var forgetMissing = false

    @Flag(help: "With --repair: remove the bytes of unfinished uploads that the database does not know.")
    var dropUnknownUploads = false

    func run() async throws {
        try await CommandFailure.report {
            let fsckOptions = FsckService.Options(
                repair: self.repair,
                quick: self.quick,
                forgetMissing: self.forgetMissing
            )
            let open = Counter()
            try await Maintenance.run(self.options, needsWorkers: self.repair) { app in
                let fsck = app.maintenance.fsck(fsckOptions)
                open.set(try await fsck.run { finding in print(finding) })
                guard self.repair, self.dropUnknownUploads else { return }
                let store = try app.storage.uploadStore(checkpointSize: app.settings.uploads.checkpointSize)
                let orphans = UploadOrphans(store: store, catalog: app.catalog, clock: { Timestamp.now() })
                try await orphans.removeUnknown { id, freed in
                    print(
                        Finding(
                            .leftover,
                            "staging/uploads/\(id)",
                            "an upload that the database does not know, \(freed)",
                            isRepaired: true
                        )
                    )
                }
            }
            if open.value > 0 { throw ExitCode(1) }
        }
    }
}

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Records files that already lie in the tree, in place: sniffs, hashes, moves nothing.",
        discussion: """
            Without DIR: everything under <storage root>/files. DIR is a folder in there, or the files/ folder of another \
            storage root, e.g. /var/www/atiha/files, whose parent then is the storage root. Prints one line per file: \
            recorded or skipped, path, reason. Exit status 0, also when files were skipped.
            """
    )

    @OptionGroup var options: SettingsOptions

    @Argument(help: ArgumentHelp("Folder of the tree.", valueName: "dir"), completion: .directory)
    var directory: String?

    func run() async throws {
        try await CommandFailure.report {
            var options = self.options
            if options.storageRoot == nil { options.storageRoot = try self.rootOfDirectory() }
            let settings = try await options.settings().resolved()
            let folder = try self.folder(in: settings)
            let (recorded, known, skipped) = (Counter(), Counter(), Counter())
            try await Maintenance.run(settings) { app in
                try await app.maintenance.adoption.importTree(under: folder) { path, outcome in
                    switch outcome {
                    case .recorded(let file):
                        recorded.set(recorded.value + 1)
                        print("recorded \(path): \(file.type), \(file.version.size)")
                    case .alreadyRecorded: known.set(known.value + 1)
                    case .skipped(let reason):
                        skipped.set(skipped.value + 1)
                        print("skipped \(path): \(reason)")
                    }
                }
                print("\(recorded.value) recorded, \(known.value) already recorded, \(skipped.value) skipped")
            }
        }
    }

    /// `/var/www/atiha/files` names the root `/var/www/atiha`.
    private func rootOfDirectory() throws -> String? {
        guard let directory = self.directory else { return nil }
        let url = URL(fileURLWithPath: directory).standardizedFileURL
        return url.lastPathComponent == "files" ? url.deletingLastPathComponent().path : nil
    }

    private func folder(in settings: Settings) throws -> MediaPath.Folder? {
        guard let directory = self.directory else { return nil }
        let files = URL(fileURLWithPath: settings.storage.root + "/files").resolvingSymlinksInPath().path
        let wanted = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
        if wanted == files { return nil }
        guard wanted.hasPrefix(files + "/") else {
            throw MediaError(
                .invalidRequest,
                """
                \(directory) is not in the tree \(files). Files are recorded where they lie: give --storage-root the folder \
                that holds files/, or copy them into the tree first.
                """
            )
        }
        return MediaPath.Folder(String(wanted.dropFirst(files.count + 1)))
    }
}
