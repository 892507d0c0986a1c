import Glibc

/// The running server programs that use a data directory, found in /proc (proc(5)).
///
/// `postmaster.pid` alone is no proof: its process id may have been given to another program since. A server works
/// in its data directory and cannot leave it, so its `cwd` link is.
package enum ServerProcesses {
    /// Process ids of live PostgreSQL programs that work in `directory` or below it, or name it as an argument.
    ///
    /// Sees every process as root, else those of the same user, which are the only ones that could own the data.
    package static func using(_ directory: String) -> [Int32] {
        let real = FileOperations.realPath(directory) ?? directory
        return FileOperations.names(in: "/proc").compactMap { Int32($0) }.filter { uses($0, real) }
    }

    /// Whether the process is alive, as opposed to gone or an unreaped zombie.
    package static func isAlive(_ processID: Int32) -> Bool {
        guard let state = fields(processID)?.first else { return false }
        return state != "Z" && state != "X"
    }

    /// Whether a process is certainly no server of the directory: gone, a zombie, another program, or at work elsewhere.
    package static func isForeign(_ processID: Int32, to directory: String) -> Bool {
        guard isAlive(processID), isServerProgram(processID) else { return true }
        guard let place = FileOperations.linkTarget("/proc/\(processID)/cwd") else { return false }
        return !isInside(place, FileOperations.realPath(directory) ?? directory)
    }

    /// Ends every server program that uses the directory: SIGINT to the postmaster, then SIGQUIT, then SIGKILL to all.
    ///
    /// - Parameters:
    ///   - directory: A data directory nobody supervises.
    ///   - patience: How long the fast shutdown may take.
    /// - Returns: The process ids that were there at the beginning.
    @discardableResult
    package static func end(using directory: String, patience: Duration) async -> [Int32] {
        let first = await list(directory)
        guard !first.isEmpty else { return [] }
        let steps: [(signal: Int32, everyone: Bool, patience: Duration)] = [
            (SIGINT, false, patience), (SIGQUIT, true, .seconds(5)), (SIGKILL, true, .seconds(5)),
        ]
        for step in steps {
            let current = await list(directory)
            let postmaster = PostmasterFile.read(dataDirectory: directory)?.processID
            // Without a postmaster its children are already on their way out, and need no signal at first.
            for process in current where step.everyone || process == postmaster { kill(process, step.signal) }
            if await isEmpty(directory, within: step.patience) { break }
        }
        return first
    }

    private static func isEmpty(_ directory: String, within patience: Duration) async -> Bool {
        let deadline = ContinuousClock.now + patience
        while await !list(directory).isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return true
    }

    private static func list(_ directory: String) async -> [Int32] {
        (try? await BlockingWork.run { using(directory) }) ?? []
    }

    private static func uses(_ processID: Int32, _ directory: String) -> Bool {
        guard isServerProgram(processID), isAlive(processID) else { return false }
        if let place = FileOperations.linkTarget("/proc/\(processID)/cwd") {
            if isInside(place, directory) { return true }
        } else if let parent = parent(of: processID), isServerProgram(parent), names(parent, directory) {
            // Root without CAP_SYS_PTRACE, as in most containers, may not read the link; a backend is its server's child.
            return true
        }
        // A program that is still starting (or initdb, which never moves) names the directory after -D.
        return names(processID, directory)
    }

    /// The kernel's name of the program; PostgreSQL changes its title, not this.
    private static func isServerProgram(_ processID: Int32) -> Bool {
        let name = (try? FileOperations.read("/proc/\(processID)/comm", limit: 64)) ?? ""
        return ["postgres\n", "postmaster\n", "initdb\n"].contains(name)
    }

    /// Whether an argument names the directory, and the process belongs to its owner: anyone can write any argument.
    private static func names(_ processID: Int32, _ directory: String) -> Bool {
        guard let line = try? FileOperations.read("/proc/\(processID)/cmdline", limit: 8192),
            let argument = line.split(separator: "\0").first(where: { isInside($0, directory) }),
            let owner = FileOperations.status(String(argument))?.userID
        else { return false }
        return FileOperations.status("/proc/\(processID)")?.userID == owner
    }

    private static func isInside(_ path: some StringProtocol, _ directory: String) -> Bool {
        path == directory || path.hasPrefix(directory + "/")
    }

    private static func parent(of processID: Int32) -> Int32? {
        fields(processID).flatMap { $0.count > 1 ? Int32($0[1]) : nil }
    }

    /// The fields of `/proc/<pid>/stat` from the state on.
    private static func fields(_ processID: Int32) -> [Substring]? {
        guard let text = try? FileOperations.read("/proc/\(processID)/stat", limit: 1024),
            // The name in parentheses may itself hold parentheses and spaces.
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
