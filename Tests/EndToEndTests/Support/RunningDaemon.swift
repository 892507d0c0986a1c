import MediaTesting
import Synchronization
import Testing

/// Gives a suite one daemon on a site of its own, for all its tests: ``Daemon/current``. It speaks TLS too, with
/// ``TestCertificate/standard()``.
///
/// Every failure in the suite comes with the end of the daemon's log. After the last test the daemon is ended with SIGTERM,
/// and must end well.
struct RunningDaemon: SuiteTrait, TestScoping {
    let configuration: String
    let database: @Sendable () async throws -> DaemonSite.Database

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let site = try await DaemonSite(database: try await database(), configuration: configuration)
        let daemon = try await site.start(environment: try await TestCertificate.standard().environment)
        try await withLog(of: daemon, in: test) {
            try await Daemon.$scoped.withValue(daemon) { try await function() }
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}

extension Trait where Self == RunningDaemon {
    /// One daemon for the suite.
    static func daemon(
        configuration: String = Configurations.standard,
        database: @escaping @Sendable () async throws -> DaemonSite.Database = { .fresh }
    ) -> Self {
        RunningDaemon(configuration: configuration, database: database)
    }
}

enum Daemon {
    @TaskLocal static var scoped: DaemonProcess?

    /// The daemon of the suite that runs.
    static func current(sourceLocation: SourceLocation = #_sourceLocation) throws -> DaemonProcess {
        try #require(scoped, "the suite has no .daemon trait", sourceLocation: sourceLocation)
    }
}

/// Adds the end of a daemon's log to every failure within `body`.
func withLog<Result: Sendable>(
    of daemon: DaemonProcess,
    in test: Test? = Test.current,
    _ body: @Sendable () async throws -> Result
) async throws -> Result {
    guard let test else { return try await body() }
    let handler = IssueHandlingTrait.compactMapIssues { issue in
        var issue = issue
        issue.comments.append(Comment(rawValue: daemon.lastWords))
        return issue
    }
    let result = Mutex<Result?>(nil)
    try await handler.provideScope(for: test, testCase: Test.Case.current) {
        let value = try await body()
        result.withLock { $0 = value }
    }
    return try #require(result.withLock { $0 })
}
