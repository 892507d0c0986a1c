/// What went wrong with the embedded PostgreSQL, and what the operator can do about it.
///
/// `code` is stable and made for programs; `message` is made for people and names directories, process ids and versions.
package struct PostgresClusterError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: String, Sendable {
        /// No PostgreSQL server programs were found, or the configured directory holds none.
        case binariesNotFound
        /// The data directory belongs to another major version than every installed server.
        case versionMismatch
        /// Another daemon or maintenance command supervises this cluster.
        case alreadyRunning
        /// There is no unprivileged account to run the server as, or the account may not use the data directory.
        case account
        /// A file or directory of the cluster could not be made, read or written.
        case fileSystem
        /// `initdb` or the creation of the database failed.
        case initialization
        /// The server did not start, or stopped while it was starting.
        case startFailed
        /// A bounded wait ran out.
        case timeout
        /// A server program failed or could not be run.
        case toolFailed
    }

    /// The stable kind of failure.
    package var code: Code
    /// What happened, and what to do.
    package var message: String

    /// Makes an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String {
        "\(code.rawValue): \(message)"
    }
}
