import ArgumentParser
import Dispatch
import Glibc

/// Where the process begins. A worker must close its sandbox before any other thread exists, so it branches off before the
/// concurrency runtime starts.
@main
enum EntryPoint {
    static func main() {
        // A client that goes away is an error of that write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        if CommandLine.arguments.dropFirst().first == "worker" { WorkerMain.run() }
        Task {
            await MediadCommand.main()
            exit(EXIT_SUCCESS)
        }
        dispatchMain()
    }
}
