import CLinux
import Logging

/// The number of files and sockets that the process may have open. Many systems begin at 1024, which a few hundred viewers
/// would use up.
enum DescriptorLimit {
    /// What everything but connections takes: the log, the database, the workers, folders, files that are kept open; and connections
    /// that are being refused.
    private static let reserve = 1024

    /// Raises the limit to what the system allows, and says so when that is too little for the configured connections.
    static func raise(for settings: Settings, logger: Logger) {
        // Asking for more than the hard limit gives the hard limit.
        _ = clinux_set_limit(CLINUX_LIMIT_OPEN_FILES, .max, .max)
        let limit = clinux_get_limit(CLINUX_LIMIT_OPEN_FILES)
        // A download has its socket and its file.
        let needed = UInt64(2 * settings.http.maximumConnections + settings.database.connections + Self.reserve)
        guard limit < needed else { return }
        logger.warning(
            "The limit of open files is too low for http.maximumConnections; raise it (LimitNOFILE=) or lower the setting",
            metadata: [
                "limit": "\(limit)", "needed": "\(needed)",
                "maximumConnections": "\(settings.http.maximumConnections)",
            ]
        )
    }
}
