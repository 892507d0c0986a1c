/// Where the embedded PostgreSQL lives and how it is run.
package struct PostgresClusterConfiguration: Sendable {
    /// Absolute directory of the cluster, `<storage root>/postgres`; made when it is missing.
    package var directory: String
    /// Directory with `postgres` and `initdb`; nil searches the distribution's places for the newest, then PATH.
    package var binariesDirectory: String?
    /// The account the server runs as when this process is root; `nobody` when it does not exist. Default `postgres`.
    package var runAsUser: String
    /// The longest start without readiness and without progress in the server's log. Default 60 s.
    package var startTimeout: Duration
    /// The time a shutdown may take before a harsher one follows. Default 30 s.
    package var stopTimeout: Duration
    /// How long a daemon waits for a maintenance command that has the database up. Default 10 s.
    package var maintenanceWait: Duration
    /// PostgreSQL settings by name, such as `shared_buffers`; those that decide who can connect are not accepted from here.
    package var settings: [String: String]
    /// Where the files go when the server's account cannot reach ``directory``. Default `/var/lib/mediad/clusters`.
    package var relocationDirectory: String

    /// A configuration with the documented defaults.
    package init(
        directory: String,
        binariesDirectory: String? = nil,
        runAsUser: String = "postgres",
        startTimeout: Duration = .seconds(60),
        stopTimeout: Duration = .seconds(30),
        maintenanceWait: Duration = .seconds(10),
        settings: [String: String] = [:],
        relocationDirectory: String = "/var/lib/mediad/clusters"
    ) {
        self.directory = directory
        self.binariesDirectory = binariesDirectory
        self.runAsUser = runAsUser
        self.startTimeout = startTimeout
        self.stopTimeout = stopTimeout
        self.maintenanceWait = maintenanceWait
        self.settings = settings
        self.relocationDirectory = relocationDirectory
    }
}
