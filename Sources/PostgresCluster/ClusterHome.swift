import Glibc
import Logging

/// The directory that really holds the cluster's files: the configured one, or a relocated one.
///
/// A storage root may lie below a directory that the server's account cannot enter (a checkout in `/root`, mode 0700).
/// The files then live elsewhere and `<directory>/data` is a symbolic link to them; the link alone says so, which keeps
/// a root movable and a removed root forgotten.
struct ClusterHome: Sendable {
    /// Absolute real path; holds `data`, `pg_hba.conf`, `pg_ident.conf` and usually the socket.
    let directory: String
    /// Whether it is outside of the configured directory.
    let isRelocated: Bool

    /// The data directory by its real path.
    var dataDirectory: String { "\(directory)/data" }

    /// The home an earlier start has chosen; nil when no cluster was made yet.
    ///
    /// - Throws: ``PostgresClusterError`` with code `fileSystem` for a link that leads nowhere. A new, empty database in
    ///   its place would look like the loss of every record.
    static func existing(in directory: String) throws -> ClusterHome? {
        let entry = "\(directory)/data"
        guard let status = FileOperations.status(entry) else { return nil }
        guard status.isSymbolicLink else { return ClusterHome(directory: directory, isRelocated: false) }
        guard let target = FileOperations.realPath(entry), let slash = target.lastIndex(of: "/") else {
            throw PostgresClusterError(
                .fileSystem,
                "\(entry) leads to \(FileOperations.linkTarget(entry) ?? "nothing"), which is not there; restore the database "
                    + "files at that place, or remove the link to begin with an empty database"
            )
        }
        return ClusterHome(directory: String(target[..<slash]), isRelocated: true)
    }

    /// Chooses the home of a new cluster and makes its directory.
    static func choose(
        in directory: String,
        account: ServerAccount,
        relocationDirectory: String
    ) async throws -> ClusterHome {
        if try await isReachable(directory, by: account) {
            return ClusterHome(directory: directory, isRelocated: false)
        }
        // A part of the path for the reader, a random part so that a root that was removed and made again starts empty.
        let name = directory.split(separator: "/").suffix(2).joined(separator: "-").filter {
            $0.isLetter || $0.isNumber || $0 == "-"
        }
        let random = String(UInt64.random(in: .min ... .max), radix: 36)
        let path = "\(relocationDirectory)/\(name.prefix(40))-\(random)"
        try FileOperations.makeDirectory(path, mode: 0o755)
        guard let real = FileOperations.realPath(path), try await isReachable(real, by: account) else {
            throw PostgresClusterError(
                .account,
                "the account \(account.name) can reach neither \(directory) nor \(path); "
                    + "allow it to pass through the directories above (chmod o+x), or move the storage root"
            )
        }
        return ClusterHome(directory: real, isRelocated: true)
    }

    /// Makes `<directory>/data` lead to the relocated files; the last step before a new cluster is first used.
    func link(from directory: String, logger: Logger) throws {
        guard isRelocated else { return }
        let temporary = "\(directory)/data.link"
        unlink(temporary)
        guard symlink(dataDirectory, temporary) == 0 else { throw FileOperations.failure("make the link", temporary) }
        try FileOperations.rename(temporary, to: "\(directory)/data")
        logger.notice(
            "The database files are kept outside of the storage root, because PostgreSQL's account cannot reach it; back up both",
            metadata: ["storage": "\(directory)", "database": "\(dataDirectory)"]
        )
    }

    /// Whether the server's account can change into a directory: asked of the kernel, by doing it.
    static func isReachable(_ directory: String, by account: ServerAccount) async throws -> Bool {
        guard account.needsSwitch else { return true }
        let outcome = try await ServerTool.run(
            "/bin/sh",
            ["-c", "cd -- \"$1\"", "sh", directory],
            as: account,
            timeout: .seconds(10)
        )
        return outcome.succeeded
    }
}
