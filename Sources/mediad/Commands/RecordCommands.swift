import ArgumentParser
import Foundation
import Primitives
import UploadClient

/// The address of a daemon on the command line.
enum ServerAddress {
    static let standard = "http://127.0.0.1:8080"

    static func check(_ text: String) throws {
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme), url.host != nil
        else { throw ValidationError("--server must be an http or https URL, e.g. \(Self.standard).") }
    }
}

/// What the commands that talk to a daemon show it. From the environment, because other users of the machine can read arguments.
enum ServerCredential {
    static let variable = "MEDIAD_KEY"

    /// A key, a token or a grant; nil where none was set.
    static var current: String? { ProcessInfo.processInfo.environment[self.variable].flatMap { $0.isEmpty ? nil : $0 } }
}

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists the files of a running mediad, newest first.",
        discussion: """
            Prints a line per file: size, type, path. With --json a line has id, path, url, size, type, sha256 and updatedAt. Exit \
            status 0 also when there is no such file, 2 when the daemon cannot be asked, 64 when the arguments are wrong. MEDIAD_KEY \
            in the environment is sent as the key.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A collection, or what paths in it begin with: posters, videos/trailers/.",
            valueName: "prefix"
        )
    )
    var prefix: String?

    @Option(help: ArgumentHelp("The daemon.", valueName: "url"))
    var server = ServerAddress.standard

    @Flag(help: "Print a JSON object for each file.")
    var json = false

    func validate() throws { try ServerAddress.check(self.server) }

    func run() async throws {
        try await CommandFailure.report {
            try await withRecords(self.server) { client in
                let parts = self.prefix?.split(separator: "/", maxSplits: 1).map(String.init) ?? []
                let isFolder = parts.count == 2
                try await client.list(
                    collection: parts.first,
                    prefix: isFolder ? self.prefix : nil
                ) { record in print(self.json ? JSONLine.text(record) : Self.line(record)) }
            }
        }
    }

    private static func line(_ record: RecordClient.Record) -> String {
        let size = "\(ByteCount(bytes: record.size))"
        let padding = String(repeating: " ", count: max(0, 11 - size.count))
        return "\(padding)\(size)  \(record.type)  \(TerminalText.plain(record.path))"
    }
}

struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Deletes files of a running mediad.",
        discussion: """
            Deleted files go to the trash ("mediad trash"). Prints the path of each deleted file. One that cannot be deleted, or is not there, does not keep the others. Exit status \
            0 when all are deleted, 2 when one is not, 64 when the arguments are wrong. MEDIAD_KEY in the environment is sent as the key.
            """
    )

    @Argument(help: ArgumentHelp("Files by their paths in the tree: posters/1.jpg.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("The daemon.", valueName: "url"))
    var server = ServerAddress.standard

    @Flag(help: "Delete past the trash: nothing can be restored.")
    var permanent = false

    @Flag(help: "Remove links to the files first. Foreign keys refuse all the same.")
    var force = false

    @Flag(help: "Print a JSON object for each file, also for one that was not deleted.")
    var json = false

    private struct Result: Encodable {
        var path: String
        var isDeleted: Bool
        var error: String?
    }

    func validate() throws { try ServerAddress.check(self.server) }

    func run() async throws {
        try await CommandFailure.report {
            try await withRecords(self.server) { client in
                var hasFailed = false
                for path in self.paths {
                    var failure: UploadClientError?
                    do throws(UploadClientError) {
                        try await client.delete(
                            path: path,
                            isPermanent: self.permanent,
                            removesLinks: self.force
                        )
                    } catch {
                        failure = error
                        hasFailed = true
                    }
                    if self.json {
                        print(JSONLine.text(Result(path: path, isDeleted: failure == nil, error: failure?.message)))
                    } else if failure == nil {
                        print(path)
                    }
                    if let failure { CommandFailure.say(failure.message) }
                }
                if hasFailed { throw ExitCode(2) }
            }
        }
    }
}

/// Runs `body` with a client, whose failure is told as any command's.
private func withRecords(_ server: String, _ body: (RecordClient) async throws -> Void) async throws {
    let client = RecordClient(server: server, credential: ServerCredential.current)
    do {
        try await body(client)
    } catch let error as UploadClientError {
        await client.shutdown()
        CommandFailure.say(error.message)
        throw ExitCode(2)
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
}
