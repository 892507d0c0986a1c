import Glibc

/// The server's own lock file, `postmaster.pid` in the data directory.
///
/// Lines: process id, data directory, start time, port, socket directory, listen address, shared memory key, status
/// (PostgreSQL's `src/include/utils/pidfile.h`).
package struct PostmasterFile: Sendable, Equatable {
    /// The process that wrote the file; it may be long gone.
    package let processID: Int32
    /// The directory of the Unix socket, empty while the server is still starting.
    package let socketDirectory: String
    /// The trimmed status line: `starting`, `ready`, `stopping`, `standby`, empty while it is missing.
    package let status: String

    /// Reads the file; nil when it is missing or has no process id in it.
    package static func read(dataDirectory: String) -> PostmasterFile? {
        guard let text = try? FileOperations.read(path(dataDirectory), limit: 8192) else { return nil }
        return PostmasterFile(text: text)
    }

    /// Parses the file's text.
    package init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // A single-user server writes its id negated.
        guard let first = lines.first, let id = Int32(first.filter { $0 != " " }), id != 0, id != .min else {
            return nil
        }
        processID = abs(id)
        socketDirectory = lines.count > 4 ? String(lines[4]) : ""
        status = lines.count > 7 ? String(lines[7].prefix { $0 != " " }) : ""
    }

    /// Where the file of a data directory lies.
    package static func path(_ dataDirectory: String) -> String {
        "\(dataDirectory)/postmaster.pid"
    }

    /// Whether the server of this process id says that it is ready and its socket accepts a connection.
    package static func isReady(dataDirectory: String, processID: Int32? = nil) -> Bool {
        guard let file = read(dataDirectory: dataDirectory), file.status == "ready" else { return false }
        if let processID, file.processID != processID { return false }
        return UnixSocket.accepts(path: "\(file.socketDirectory)/\(SocketDirectory.socketName)")
    }
}

/// A look at a Unix socket from outside.
package enum UnixSocket {
    /// The longest socket path, in bytes, without the closing NUL (unix(7): `sun_path` has 108).
    package static let longestPathBytes = 107

    /// Whether somebody listens at the path; connects and hangs up at once.
    package static func accepts(path: String) -> Bool {
        let bytes = Array(path.utf8)
        guard bytes.count <= longestPathBytes else { return false }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // A full backlog blocks connect(2); non-blocking turns that into EAGAIN, which also means "somebody listens".
                _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
                let result = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                return result == 0 || errno == EAGAIN
            }
        }
    }
}
