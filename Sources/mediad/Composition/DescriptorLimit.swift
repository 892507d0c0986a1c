import CLinux
import Logging
import MediaCore
import MediaServer

/// The number of files and sockets that the process may have open. Many systems begin at 1024, which a few hundred viewers
/// would use up.
enum DescriptorLimit {
    /// What everything but connections takes: the log, the database, the workers, folders, files that are kept open; and connections
    /// that are being refused.
    private static let reserve = 1024
    /// The least a daemon does anything with: its own descriptors, and a few connections.
    private static let least = 128

    /// Raises the limit to what the system allows, and bounds the connections by it: one that cannot have its file would be a failure
    /// in the middle of a response, one too many is told to come again.
    /// - Returns: the settings, with fewer connections and open files where the limit is too low for the configured ones.
    /// - Throws: `invalid_configuration` when nothing can be served with the limit.
    static func apply(to settings: Settings, logger: Logger) throws(MediaError) -> Settings {
        // Asking for more than the hard limit gives the hard limit.
        _ = clinux_set_limit(CLINUX_LIMIT_OPEN_FILES, .max, .max)
        let limit = Int(clamping: clinux_get_limit(CLINUX_LIMIT_OPEN_FILES))
        guard limit >= Self.least else {
            throw MediaError(
                .invalidConfiguration,
                "The limit of open files is \(limit); the daemon needs at least \(Self.least), better 65536 (LimitNOFILE=, ulimit -n)."
            )
        }
        let bound = Self.bound(
            limit: limit,
            connections: settings.http.maximumConnections,
            openFiles: settings.files.hotFiles.files,
            databaseConnections: settings.database.connections
        )
        guard bound.connections < settings.http.maximumConnections else { return settings }
        var lowered = settings
        lowered.http.maximumConnections = bound.connections
        lowered.files.hotFiles.files = bound.openFiles
        logger.warning(
            """
            The limit of open files is too low for http.maximumConnections, so fewer connections are accepted; raise the limit \
            (LimitNOFILE=) or lower the setting
            """,
            metadata: [
                "limit": .stringConvertible(limit), "needed": .stringConvertible(bound.needed),
                "configured": .stringConvertible(settings.http.maximumConnections),
                "maximumConnections": .stringConvertible(bound.connections),
            ]
        )
        return lowered
    }

    /// What may be open at a time under a limit. A download has its socket and its file.
    static func bound(
        limit: Int,
        connections: Int,
        openFiles: Int,
        databaseConnections: Int
    ) -> (connections: Int, openFiles: Int, needed: Int) {
        let needed = 2 * connections + databaseConnections + Self.reserve
        guard limit < needed else { return (connections, openFiles, needed) }
        // Under a small limit the rest is small too: half of it is for connections.
        let others = min(Self.reserve + databaseConnections, limit / 2)
        return (max(1, min(connections, (limit - others) / 2)), min(openFiles, others / 2), needed)
    }
}
