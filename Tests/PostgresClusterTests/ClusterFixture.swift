import Glibc
import Logging
import MediaTesting
import PostgresCluster
import Testing

/// A storage root of its own for one test, removed with everything that runs in it.
struct ClusterFixture: Sendable {
    /// A directory above the root; tests may change its mode.
    let above: String
    /// What `mediad` would pass: `<root>/postgres`.
    let directory: String
    var configuration: PostgresClusterConfiguration

    static let isRoot = geteuid() == 0

    /// Runs a test with a fresh root below /tmp.
    static func with(
        name: String = "root",
        _ body: (inout ClusterFixture) async throws -> Void
    ) async throws {
        let base = try await ThrowawayDirectories.make()
        let above = "\(base)/above"
        let directory = "\(above)/\(name)/postgres"
        try FileOperations.makeDirectory(above, mode: 0o755)
        var fixture = ClusterFixture(
            above: above,
            directory: directory,
            configuration: PostgresClusterConfiguration(
                directory: directory,
                settings: ["fsync": "off"],
                relocationDirectory: "\(base)/elsewhere"
            )
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(&fixture))
        } catch {
            result = .failure(error)
        }
        let left = await ServerProcesses.end(using: base, patience: .seconds(10))
        // A failed test may leave a server running; a successful one may not.
        if case .success = result { #expect(left.isEmpty, "a server was left running") }
        try ThrowawayDirectories.remove(base)
        try result.get()
    }

    func open(_ purpose: PostgresCluster.Purpose = .daemon, logger: Logger = quiet) async throws -> PostgresCluster {
        try await PostgresCluster.open(configuration, purpose: purpose, logger: logger)
    }

    /// The account the server runs as here.
    func account() throws -> ServerAccount {
        try ServerAccount.resolve(preferred: configuration.runAsUser)
    }

    /// Server processes at work in this root.
    var processes: [Int32] { ServerProcesses.using("\(directory)/data") }

    /// Runs a server program detached from this process, as the orphan of a killed supervisor would be.
    func orphan(_ command: String, _ arguments: [String]) async throws {
        let outcome = try await ServerTool.run(
            "/bin/sh",
            ["-c", "\"$@\" </dev/null >/dev/null 2>&1 &", "sh", command] + arguments,
            as: try account(),
            timeout: .seconds(10)
        )
        #expect(outcome.succeeded)
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// Runs SQL through psql, as this process's user or another one.
func query(
    _ sql: String,
    _ connectionString: String,
    as account: ServerAccount? = nil,
    timeout: Duration = .seconds(30)
) async throws -> String {
    let binaries = try await PostgresBinaries.find(configured: nil, required: nil)
    let outcome = try await ServerTool.run(
        binaries.path(of: "psql"),
        ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", connectionString, "-c", sql],
        as: account,
        timeout: timeout
    )
    guard outcome.succeeded else { throw PostgresClusterError(.toolFailed, outcome.output) }
    return String(outcome.output.prefix { $0 != "\n" })
}

/// The four user ids (real, effective, saved, file system) of a process, from /proc/<pid>/status.
func userIDs(of processID: Int32) throws -> [UInt32] {
    let status = try FileOperations.read("/proc/\(processID)/status", limit: 8192)
    let line = status.split(separator: "\n").first { $0.hasPrefix("Uid:") } ?? ""
    return line.split(separator: "\t").dropFirst().compactMap { UInt32($0) }
}
