import CLibpq

#if canImport(Glibc)
import Glibc
#endif

/// Where the server is, and how much of it this client may use.
///
/// Every wait of the client is bounded by one of these fields.
package struct PostgresConfiguration: Sendable {
    /// A libpq conninfo string (`host=/run/postgresql dbname=media`) or URL (`postgresql://...`), given to libpq as it is.
    ///
    /// Never logged, because it may hold a password. libpq, section 34.1.1 "Connection Strings".
    package var connectionString: String
    /// How many connections the pool may hold at once, without those of `listen(to:)`. Default 8, at least 1.
    package var maximumConnections: Int
    /// How many callers may wait for a connection; the next one is refused at once. Default 1024, at least 0.
    package var maximumWaiters: Int
    /// Time to establish and prepare one connection, name look-up included. Default 5 s.
    package var connectTimeout: Duration
    /// Time that a caller waits for a connection. Default 5 s.
    package var acquireTimeout: Duration
    /// Time that one statement may run, after which it is cancelled on the server. Default 30 s.
    ///
    /// The server's own `statement_timeout` is set 5 s higher, so that a statement does not outlive a dead client by much.
    package var statementTimeout: Duration
    /// Time that the server has to answer a cancellation; later than that the connection is thrown away. Default 5 s.
    package var cancelTimeout: Duration
    /// Idle connections are probed, and cut listeners noticed, this often. Default 30 s.
    package var keepAliveInterval: Duration
    /// A connection that was not used for this long is closed. Default 10 min.
    package var idleTimeout: Duration
    /// Time that `close()` grants the work in flight before it cancels it. Default 5 s.
    package var closeTimeout: Duration
    /// The shortest and the longest pause between two attempts to reach a dead server. Default 50 ms to 2 s.
    package var reconnectDelay: ClosedRange<Duration>
    /// Prepared statements kept per connection; the least recently used one goes first. Default 128, at least 1.
    package var statementCacheSize: Int
    /// Notifications kept for a slow listener; beyond it the oldest go, and it is told. Default 1024, at least 4.
    package var notificationBufferSize: Int
    /// The name shown in `pg_stat_activity`, unless the connection string has its own. Default "mediad".
    package var applicationName: String

    /// A configuration with the documented defaults.
    package init(
        connectionString: String,
        maximumConnections: Int = 8,
        maximumWaiters: Int = 1024,
        connectTimeout: Duration = .seconds(5),
        acquireTimeout: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(30),
        cancelTimeout: Duration = .seconds(5),
        keepAliveInterval: Duration = .seconds(30),
        idleTimeout: Duration = .seconds(600),
        closeTimeout: Duration = .seconds(5),
        reconnectDelay: ClosedRange<Duration> = .milliseconds(50) ... .seconds(2),
        statementCacheSize: Int = 128,
        notificationBufferSize: Int = 1024,
        applicationName: String = "mediad"
    ) {
        self.connectionString = connectionString
        self.maximumConnections = maximumConnections
        self.maximumWaiters = maximumWaiters
        self.connectTimeout = connectTimeout
        self.acquireTimeout = acquireTimeout
        self.statementTimeout = statementTimeout
        self.cancelTimeout = cancelTimeout
        self.keepAliveInterval = keepAliveInterval
        self.idleTimeout = idleTimeout
        self.closeTimeout = closeTimeout
        self.reconnectDelay = reconnectDelay
        self.statementCacheSize = statementCacheSize
        self.notificationBufferSize = notificationBufferSize
        self.applicationName = applicationName
    }

    /// Checks every field, without touching the network.
    ///
    /// - Throws: `PostgresError` with the code `.invalidConfiguration`, naming the field.
    package func validate() throws {
        try require(maximumConnections >= 1, "maximumConnections must be at least 1")
        try require(maximumWaiters >= 0, "maximumWaiters must not be negative")
        try require(statementCacheSize >= 1, "statementCacheSize must be at least 1")
        try require(notificationBufferSize >= 4, "notificationBufferSize must be at least 4")
        let durations = [
            ("connectTimeout", connectTimeout), ("acquireTimeout", acquireTimeout),
            ("statementTimeout", statementTimeout), ("cancelTimeout", cancelTimeout),
            ("keepAliveInterval", keepAliveInterval), ("idleTimeout", idleTimeout), ("closeTimeout", closeTimeout),
            ("reconnectDelay", reconnectDelay.lowerBound),
        ]
        for (name, duration) in durations {
            // The server's statement_timeout is a 32-bit count of milliseconds (24.8 days).
            try require(duration > .zero && duration <= .seconds(2_000_000), "\(name) must be between 0 and 23 days")
        }
        try require(!applicationName.utf8.contains(0), "applicationName must not hold a NUL character")
        try require(!connectionString.utf8.contains(0), "connectionString must not hold a NUL character")
        // libpq's own message is left out: it quotes fragments of the string, and these may be the password.
        guard let options = PQconninfoParse(connectionString, nil) else {
            throw PostgresError(
                .invalidConfiguration,
                "connectionString is neither a libpq conninfo string nor a postgresql:// URL; check quoting and escapes"
            )
        }
        PQconninfoFree(options)
    }

    private func require(_ condition: Bool, _ message: String) throws {
        guard condition else { throw PostgresError(.invalidConfiguration, message) }
    }
}
