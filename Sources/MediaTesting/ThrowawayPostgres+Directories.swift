import Glibc
import PostgresCluster
import Synchronization

/// Private directories for tests, removed with the PostgreSQL servers in them at the end of the process, or by a later
/// process when this one is killed.
package enum ThrowawayDirectories {
    private struct State {
        var owned: Set<String> = []
        var children: Set<Int32> = []
        var sweep: Task<Void, any Error>?
    }

    private static let state = Mutex(State())
    private static let parent = "/tmp"
    private static let prefix = "mediad-test-postgres-"

    /// Makes a directory that this process owns by a lock, which the kernel releases however the process ends.
    package static func make() async throws -> String {
        try await sweepOnce()
        // More than one attempt: a sweeping process may take a new directory for a leftover before it is locked.
        for _ in 0..<10 {
            let path = "\(parent)/\(prefix)\(String(UInt64.random(in: .min ... .max), radix: 36))"
            try FileOperations.makeDirectory(path, mode: 0o755)
            // The descriptor stays open for the life of the process on purpose.
            guard lock("\(path)/owner.lock", making: true) >= 0 else { continue }
            state.withLock { _ = $0.owned.insert(path) }
            return path
        }
        throw FileOperations.failure("lock a new directory in", parent)
    }

    /// Notes a server of this process, to be reaped at the end: some containers have nobody who would do it later.
    static func remember(child processID: Int32) {
        state.withLock { _ = $0.children.insert(processID) }
    }

    /// Removes a directory before the end of the process; its servers must have stopped.
    package static func remove(_ path: String) throws {
        // The lock goes last: another process would take a directory without it for left over.
        try removeTree(path)
        state.withLock { _ = $0.owned.remove(path) }
    }

    /// Once per process: removes what dead test processes left behind, and arranges for our own end.
    private static func sweepOnce() async throws {
        let task = state.withLock { state in
            if let task = state.sweep { return task }
            atexit { ThrowawayDirectories.removeAll() }
            let new = Task { try await sweep() }
            state.sweep = new
            return new
        }
        try await task.value
    }

    private static func sweep() async throws {
        for name in FileOperations.names(in: parent) where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            // Without making the lock: a directory that is just being removed has none any more, and is not ours to take.
            let descriptor = lock("\(path)/owner.lock", making: false)
            guard descriptor >= 0 else { continue }
            // A server that was just starting when its test process was killed may write while the tree is removed. What
            // is still left after three attempts (or belongs to another user) is for the next process.
            for _ in 0..<3 {
                await ServerProcesses.end(using: path, patience: .seconds(2))
                if (try? removeTree(path)) != nil { break }
            }
            close(descriptor)
        }
    }

    /// Removes the lock last: a directory that resists keeps the mark by which a later process finds it abandoned.
    private static func removeTree(_ path: String) throws {
        for name in FileOperations.names(in: path) where name != "owner.lock" {
            try FileOperations.removeTree("\(path)/\(name)")
        }
        try FileOperations.removeTree(path)
    }

    /// Runs in atexit(3): no tasks, only signals and files. SIGQUIT makes a server drop everything at once.
    private static func removeAll() {
        let (owned, children) = state.withLock { ($0.owned, $0.children) }
        for path in owned {
            // Bounded: 100 looks, 20 ms apart. What is left then is swept by the next process.
            for _ in 0..<100 {
                let processes = ServerProcesses.using(path)
                if processes.isEmpty { break }
                for process in processes { kill(process, SIGQUIT) }
                usleep(20_000)
            }
            try? removeTree(path)
        }
        for child in children { waitpid(child, nil, WNOHANG) }
    }

    private static func lock(_ path: String, making: Bool) -> Int32 {
        let descriptor = open(path, O_RDWR | (making ? O_CREAT : 0) | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return -1 }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }
}
