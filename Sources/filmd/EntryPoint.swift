import ArgumentParser
import Dispatch
import Glibc

/// Where the process begins.
@main
enum EntryPoint {
    static func main() {
        // A client that goes away is an error of that write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        Task {
            await FilmdCommand.main()
            exit(EXIT_SUCCESS)
        }
        dispatchMain()
    }
}

/// The command line.
struct FilmdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filmd",
        abstract: "The film application's service: films, lists, comments and history in PostgreSQL, files in mediad.",
        discussion: """
            Settings come from flags, then the environment (FILMD_HTTP_PORT for http.port), then the configuration file, \
            then the defaults. config/filmd.yaml lists every key.
            """,
        version: "filmd 0.1.0",
        subcommands: [ServeCommand.self]
    )
}
