import ArgumentParser
import MediaCore
import MediaEngine
import MediaStorage
import Primitives
import ServiceSupport

struct TrashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trash",
        abstract: "Shows, restores and deletes for good what was deleted.",
        discussion: """
            Works on the storage root and its database, beside a running daemon or without one. Exit status 0 when all is done, 2 when \
            something is not, 64 when the arguments are wrong.
            """,
        subcommands: [List.self, Restore.self, Empty.self]
    )

    func run() async throws { throw MissingCommand.error(of: Self.configuration) }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists what is in the trash, the latest deletion first."
        )

        @Flag(help: "Print a JSON object for each file.")
        var json = false

        @OptionGroup var options: SettingsOptions

        private struct Line: Encodable {
            var id: String
            var path: String
            var size: Int64
            var type: String
            var owner: String?
            var reason: String
            var deletedAt: String
            var expiresAt: String

            init(_ entry: TrashEntry) {
                self.id = entry.file.id.description
                self.path = entry.file.path.text
                self.size = entry.file.version.size.bytes
                self.type = entry.file.type.essence
                self.owner = entry.file.owner
                self.reason = entry.reason.rawValue
                self.deletedAt = "\(entry.deletedAt)"
                self.expiresAt = "\(entry.expiresAt)"
            }
        }

        func run() async throws {
            try await CommandFailure.report {
                try await Maintenance.run(self.options, needsWorkers: false) { app in
                    var cursor: TrashEntry.Cursor?
                    repeat {
                        let page = try await app.maintenance.trash.list(in: nil, after: cursor, limit: 200)
                        for entry in page.entries {
                            print(self.json ? JSONLine.text(Line(entry)) : Self.text(entry))
                        }
                        cursor = page.next
                    } while cursor != nil
                }
            }
        }

        private static func text(_ entry: TrashEntry) -> String {
            let file = entry.file
            return "\(file.id)  \(file.version.size)  \(TerminalText.plain(file.path.text))  until \(entry.expiresAt)"
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Gives deleted files their id and path again.",
            discussion: "Prints the path of each. One that cannot come back does not keep the others."
        )

        @Argument(help: ArgumentHelp("The ids, as \"mediad trash list\" prints them.", valueName: "id"))
        var ids: [String]

        @OptionGroup var options: SettingsOptions

        func validate() throws {
            for id in self.ids where MediaID(id) == nil { throw ValidationError("\(id) is not the id of a file.") }
        }

        func run() async throws {
            try await CommandFailure.report {
                let hasFailed = Counter()
                try await Maintenance.run(self.options, needsWorkers: false) { app in
                    for id in self.ids.compactMap({ MediaID($0) }) {
                        do throws(MediaError) {
                            print(try await app.maintenance.trash.restore(id).path)
                        } catch {
                            hasFailed.set(1)
                            CommandFailure.say("\(id): \(error.message)")
                        }
                    }
                }
                if hasFailed.value > 0 { throw ExitCode(2) }
            }
        }
    }

    struct Empty: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "empty",
            abstract: "Deletes what is in the trash for good."
        )

        @Option(help: ArgumentHelp("Only what was deleted so long ago: 12h, 7d.", valueName: "time"))
        var olderThan: String?

        @OptionGroup var options: SettingsOptions

        func validate() throws { _ = try self.age() }

        func run() async throws {
            try await CommandFailure.report {
                let age = try self.age()
                try await Maintenance.run(self.options, needsWorkers: false) { app in
                    let time = Timestamp(
                        microseconds: Timestamp.now().microseconds - Int64(age.inSeconds * 1_000_000)
                    )
                    let totals = try await app.maintenance.trash.empty(deletedBy: time)
                    print("Deleted \(totals.files) files for good, \(totals.size).")
                }
            }
        }

        private func age() throws -> Duration {
            guard let olderThan else { return .zero }
            guard let age = Duration(parsing: olderThan), age >= .zero else {
                throw ValidationError("--older-than must be a time such as 12h or 7d.")
            }
            return age
        }
    }
}
