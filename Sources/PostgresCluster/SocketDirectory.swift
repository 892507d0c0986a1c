import Glibc

/// The directory of the server's Unix socket: `run` beside the data, or a private one when that path is too long.
package enum SocketDirectory {
    /// The name PostgreSQL gives its socket, from the port.
    package static let socketName = ".s.PGSQL.\(ServerSettings.port)"

    /// The directory for guests; nil when no server was ever started.
    package static func locate(home: String) -> String? {
        let inside = "\(home)/run"
        if fits(inside) { return FileOperations.status(inside) == nil ? nil : inside }
        guard let text = try? FileOperations.read(record(home), limit: 4096) else { return nil }
        let path = text.split(separator: "\n").first.map(String.init) ?? ""
        return path.hasPrefix("/") ? path : nil
    }

    /// Makes the directory, or takes the one of an earlier start; call it only while holding the supervisor's lock.
    ///
    /// - Throws: ``PostgresClusterError`` with code `fileSystem`.
    package static func ensure(home: String, account: ServerAccount) throws -> String {
        let inside = "\(home)/run"
        if fits(inside) {
            try FileOperations.makeDirectory(inside, mode: 0o700, owner: account)
            if !isPrivate(inside, account: account) { try makePrivate(inside, account: account) }
            return inside
        }
        if let earlier = locate(home: home), isPrivate(earlier, account: account) { return earlier }
        // /run for root, because a service may have a /tmp of its own, which a maintenance command would not see.
        let base = geteuid() == 0 && access("/run", W_OK) == 0 ? "/run" : "/tmp"
        let path = "\(base)/mediad-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        guard mkdir(path, 0o700) == 0 else { throw FileOperations.failure("make the socket directory", path) }
        try makePrivate(path, account: account)
        try FileOperations.replace(record(home), with: path + "\n")
        return path
    }

    /// Removes a directory outside of the home after the server has stopped; the next start makes another.
    package static func removeOutside(home: String) {
        guard !fits("\(home)/run"), let path = locate(home: home) else { return }
        unlink("\(path)/\(socketName)")
        unlink("\(path)/\(socketName).lock")
        // Only an empty directory goes: somebody else's files would make this fail.
        if rmdir(path) == 0 { unlink(record(home)) }
    }

    /// Whether a socket in the directory has a path the kernel takes, and libpq can name it (a comma separates hosts there).
    package static func fits(_ directory: String) -> Bool {
        "\(directory)/\(socketName)".utf8.count <= UnixSocket.longestPathBytes && !directory.contains(",")
    }

    /// A directory in /tmp could have been removed and made again by another user, who would then play the server.
    private static func isPrivate(_ path: String, account: ServerAccount) -> Bool {
        guard let status = FileOperations.status(path) else { return false }
        return status.isDirectory && status.userID == account.userID && status.permissions == 0o700
    }

    private static func makePrivate(_ path: String, account: ServerAccount) throws {
        guard FileOperations.status(path)?.isDirectory == true else {
            throw PostgresClusterError(.fileSystem, "\(path) is in the way of the socket directory; remove it")
        }
        guard chmod(path, 0o700) == 0, !account.needsSwitch || lchown(path, account.userID, account.groupID) == 0 else {
            throw FileOperations.failure("set owner and mode of", path)
        }
    }

    private static func record(_ home: String) -> String {
        "\(home)/socket-directory"
    }
}
