import ArgumentParser
import Foundation
import UploadClient

struct UploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Sends files to a running mediad; what was cut off goes on when the command is run again.",
        discussion: """
            Prints one line per file: the URL it got, in the order of the files. On a terminal there is a progress bar for each \
            file on its way. When the network or the daemon fails, the command tries again by itself for about a minute. \
            Unfinished uploads are remembered in $XDG_STATE_HOME/mediad/uploads (~/.local/state/mediad/uploads): a command \
            that was ended, whatever way, goes on where it was when it is run again with the same arguments and the files are \
            unchanged. The file "-" is standard input, of any length: it is read to its end and kept in TMPDIR, then sent. A command \
            that was ended cannot go on with it. Without --name it gets a name of the server's. With --json every file has a line \
            with file, url, id, path, type, size, sha256 and seconds, or with file and error (code, message). Exit status 0 when \
            all files are stored, 2 when one is not, 64 when the arguments are wrong, 130 after Ctrl-C. MEDIAD_KEY in the environment \
            (a key, a token or a grant) is sent with each request.
            """
    )

    @Argument(help: ArgumentHelp("Files to send; - is standard input.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(help: ArgumentHelp("Collection: avatars, posters, videos, documents, ...", valueName: "collection"))
    var collection: String

    @Option(help: ArgumentHelp("Name in the collection, may have folders. Only with one file.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The daemon.", valueName: "url"))
    var server = "http://127.0.0.1:8080"

    @Flag(help: "Replace a file of this name where the collection asks for it.")
    var replace = false

    @Option(help: ArgumentHelp("Most files on their way at once, 1 to 16.", valueName: "count"))
    var parallel = 3

    @Flag(help: "Print a JSON object for each file, also for one that was refused.")
    var json = false

    func validate() throws {
        if self.files.filter({ $0 == "-" }).count > 1 { throw ValidationError("Standard input (-) can be sent once.") }
        if self.name != nil, self.files.count > 1 { throw ValidationError("--name goes with one file only.") }
        try ServerAddress.check(self.server)
        guard (1...16).contains(self.parallel) else { throw ValidationError("--parallel must be from 1 to 16.") }
    }

    func run() async throws {
        let batch = UploadBatch(
            files: self.files,
            target: UploadTarget(
                server: self.server,
                collection: self.collection,
                name: self.name,
                replace: self.replace
            ),
            parallel: self.parallel,
            isJSON: self.json
        )
        try await CommandFailure.report { try await Interruption.cancelling { _ in try await batch.run() } }
    }
}
