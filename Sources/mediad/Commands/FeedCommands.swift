import ArgumentParser
import Glibc
import MediaCatalog
import MediaCore
import MediaServer

/// The feed of changes, for whoever operates mediad. Works on the database, also beside a running daemon.
struct FeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed",
        abstract: "Follows the feed of changes, and compares it with the records.",
        subcommands: [Tail.self, Verify.self]
    )

    struct Tail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tail",
            abstract: "Prints each change as a line of JSON, as the API gives it, until Ctrl-C.",
            discussion:
                "Begins with the next change; with --since behind a cursor, or at the oldest change that is kept."
        )

        @Option(help: ArgumentHelp("A cursor, \"floor\" for all that is kept, or \"now\".", valueName: "cursor"))
        var since = "now"

        @Flag(help: "End at the newest change instead of waiting for more.")
        var once = false

        @OptionGroup var options: SettingsOptions

        func validate() throws {
            guard ["now", "floor"].contains(self.since) || FeedCursor(self.since) != nil else {
                throw ValidationError("--since must be a cursor such as 0f3a5b7c9d1e.1042, \"floor\" or \"now\".")
            }
        }

        func run() async throws {
            try await CommandFailure.report {
                try await Maintenance.run(self.options, needsWorkers: false) { app in
                    try await self.follow(app.feed, FeedEventJSON(app.settings.collections))
                }
            }
        }

        private func follow(_ feed: PostgresFeed, _ json: FeedEventJSON) async throws {
            // Also when no daemon runs, changes by SQL get their positions.
            _ = try await feed.stamp()
            var cursor = FeedCursor(self.since)
            if self.since == "now" { cursor = try await feed.bounds().head }
            while true {
                let page = try await feed.page(after: cursor, filter: .all, limit: 1000, end: .change)
                for event in page.events { try Self.write(json.encode(event) + [UInt8(ascii: "\n")]) }
                cursor = page.cursor
                if page.hasMore { continue }
                if self.once { return }
                try await Task.sleep(for: .milliseconds(200))
                _ = try await feed.stamp()
            }
        }

        /// At once, also into a pipe, which `print` would fill first.
        private static func write(_ line: [UInt8]) throws {
            var rest = line[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                guard written > 0 || errno == EINTR else {
                    throw CommandFailure.Refusal(description: "Standard output cannot be written.")
                }
                rest = rest.dropFirst(max(0, written))
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Folds the feed from its floor and compares the outcome with the records.",
            discussion: """
                Prints one line for each finding, and a last one with the counts. Exit status 0 when all agrees, 1 with \
                findings, 2 when it could not run. Works beside a running daemon.
                """
        )

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            try await CommandFailure.report {
                let findings = Counter()
                try await Maintenance.run(self.options, needsWorkers: false) { app in
                    let report = try await app.feed.verify()
                    for finding in report.findings { print(finding) }
                    findings.set(report.findings.count)
                    print(
                        """
                        \(report.changes) changes of \(report.subjects) files and uploads from \(report.bounds.floor) to \
                        \(report.bounds.head), \(report.pending) without a position yet: \
                        \(report.findings.isEmpty ? "all agrees with the records" : "\(report.findings.count) findings")
                        """
                    )
                }
                if findings.value > 0 { throw ExitCode(1) }
            }
        }
    }
}

extension FeedEventJSON {
    /// As a daemon with these settings writes events.
    fileprivate init(_ collections: [MediaCollection]) {
        self.init(presets: { file in
            guard file.isRenderable else { return [] }
            return collections.first { $0.name == file.collection }?.presets ?? []
        })
    }
}
