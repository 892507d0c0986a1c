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
        let arguments = ProcessArguments.all()
        if arguments.dropFirst().first == "worker" { WorkerMain.run() }
        // Without them the command line would be an empty one, and nothing would be done.
        guard !arguments.isEmpty, access("/proc/self/exe", F_OK) == 0 else {
            let line = """
                mediad: /proc is not mounted, or may not be read: the arguments are lost, and no worker can be started. Mount it \
                (mount -t proc proc /proc).

                """
            line.withCString { _ = write(STDERR_FILENO, $0, line.utf8.count) }
            exit(2)
        }
        Task {
            await MediadCommand.main(Array(arguments.dropFirst()))
            exit(EXIT_SUCCESS)
        }
        dispatchMain()
    }
}
