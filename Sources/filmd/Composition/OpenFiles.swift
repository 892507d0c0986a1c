import Glibc
import Logging

/// The number of files and sockets that the process may have open. Many systems begin at 1024, which as many open pages would use up.
enum OpenFiles {
    /// What everything but clients' connections takes: the log, the database, requests to mediad.
    private static let reserve = 512

    /// Raises the limit to what the system allows (getrlimit(2)).
    ///
    /// - Parameter wanted: connections of clients at a time.
    /// - Returns: the same, or fewer where the limit is too low: one too many is told to come again, which is better than to fail.
    static func connections(atMost wanted: Int, logger: Logger) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let possible = max(64, Int(clamping: limit.rlim_max) - Self.reserve)
        guard possible < wanted else { return wanted }
        logger.warning(
            "The limit of open files is too low for http.maximumConnections, so fewer are accepted (LimitNOFILE=)",
            metadata: ["limit": .stringConvertible(limit.rlim_max), "maximumConnections": .stringConvertible(possible)]
        )
        return possible
    }
}
