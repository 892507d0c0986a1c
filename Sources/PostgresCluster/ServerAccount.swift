import Glibc

/// The system account the server processes run as: never root.
///
/// PostgreSQL itself refuses to run as root ("Creating the Database Cluster" in its manual), so a daemon that runs as
/// root hands the server to an unprivileged account, and any other daemon runs it as itself.
package struct ServerAccount: Sendable, Equatable {
    /// The account's name in the user database; `peer` authentication compares against it.
    package let name: String
    /// The numeric user id, never 0.
    package let userID: UInt32
    /// The numeric primary group id.
    package let groupID: UInt32
    /// Every group of the account, the primary one included.
    package let groups: [UInt32]
    /// Whether children must change to this account because the current process is root.
    package let needsSwitch: Bool

    /// The account for a server started by this process.
    ///
    /// - Parameters:
    ///   - preferred: The account to use as root; `nobody` when it does not exist.
    ///   - owner: The owner of an existing data directory. As root the server runs as that account, because PostgreSQL
    ///     demands that it owns its data.
    /// - Throws: ``PostgresClusterError`` with code `account`.
    package static func resolve(preferred: String, owner: UInt32? = nil) throws -> ServerAccount {
        let current = geteuid()
        guard current == 0 else {
            guard let account = lookUp(userID: current, needsSwitch: false) else {
                throw PostgresClusterError(
                    .account,
                    "user id \(current) has no entry in the user database, which PostgreSQL needs; add one to /etc/passwd"
                )
            }
            if let owner, owner != current {
                throw PostgresClusterError(
                    .account,
                    "the database files belong to user id \(owner), but this process runs as \(account.name); "
                        + "run it as the owner, as root, or chown the files"
                )
            }
            return account
        }
        if let owner, owner != 0 {
            guard let account = lookUp(userID: owner, needsSwitch: true) else {
                throw PostgresClusterError(
                    .account,
                    "the database files belong to user id \(owner), which has no entry in the user database"
                )
            }
            return account
        }
        for name in [preferred, "nobody"] {
            if let account = lookUp(name: name, needsSwitch: true), account.userID != 0 { return account }
        }
        throw PostgresClusterError(
            .account,
            "PostgreSQL must not run as root, and neither '\(preferred)' nor 'nobody' is a usable account; create one, "
                + "for example with: adduser --system --group \(preferred)"
        )
    }

    /// The name of a user id, nil when the user database has none.
    package static func userName(of userID: UInt32) -> String? {
        lookUp(userID: userID, needsSwitch: false)?.name
    }

    private static func lookUp(name: String, needsSwitch: Bool) -> ServerAccount? {
        withPasswordBuffer { buffer, count, result in
            var entry = passwd()
            guard getpwnam_r(name, &entry, buffer, count, &result) == 0, result != nil else { return nil }
            return account(entry, needsSwitch: needsSwitch)
        }
    }

    private static func lookUp(userID: UInt32, needsSwitch: Bool) -> ServerAccount? {
        withPasswordBuffer { buffer, count, result in
            var entry = passwd()
            guard getpwuid_r(userID, &entry, buffer, count, &result) == 0, result != nil else { return nil }
            return account(entry, needsSwitch: needsSwitch)
        }
    }

    private static func withPasswordBuffer(
        _ body: (UnsafeMutablePointer<CChar>, Int, inout UnsafeMutablePointer<passwd>?) -> ServerAccount?
    ) -> ServerAccount? {
        // 16 KiB holds any sane entry (sysconf(_SC_GETPW_R_SIZE_MAX) says 1 KiB here); a larger one reads as "not found".
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            var result: UnsafeMutablePointer<passwd>?
            guard let start = buffer.baseAddress else { return nil }
            return body(start, buffer.count, &result)
        }
    }

    private static func account(_ entry: passwd, needsSwitch: Bool) -> ServerAccount? {
        guard let namePointer = entry.pw_name else { return nil }
        var count: Int32 = 64
        var groups = [UInt32](repeating: 0, count: Int(count))
        if getgrouplist(namePointer, entry.pw_gid, &groups, &count) < 0 {
            groups = [entry.pw_gid]
            count = 1
        }
        return ServerAccount(
            name: String(cString: namePointer),
            userID: entry.pw_uid,
            groupID: entry.pw_gid,
            groups: Array(groups.prefix(Int(count))),
            needsSwitch: needsSwitch
        )
    }
}
