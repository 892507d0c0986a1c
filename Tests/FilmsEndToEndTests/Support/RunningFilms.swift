import Glibc
import MediaTesting
import PostgresCluster
import Testing

/// mediad and filmd on one database, as an operator would run them.
struct Films: Sendable {
    let site: DaemonSite
    let media: DaemonProcess
    let service: DaemonProcess
    /// An API key of mediad with all that filmd needs.
    let key: String
    /// The folder that filmd has its page from: a copy, which a test may change.
    let front: String

    @TaskLocal static var scoped: Films?

    /// Those of the suite that runs.
    static func current(sourceLocation: SourceLocation = #_sourceLocation) throws -> Films {
        try #require(scoped, "the suite has no .films trait", sourceLocation: sourceLocation)
    }

    static let configuration = """
        access:
          mode: required
          signatureBucket: 1s
        workers:
          count: 2
        collections:
          names: [posters, avatars, videos]
          posters:
            types: [image/*]
            maximumSize: 50MiB
            presets: [w92, w154, w185, w342, w500, w780]
          avatars:
            types: [image/*]
            presets: [s64, s128, s256]
          videos:
            access: private
            types: [video/*, application/octet-stream]
            maximumSize: 1GiB
            presets: [poster, w342]
            preset:
              poster:
                width: 1280

        """

    /// Starts both on a site of their own.
    ///
    /// - Parameters:
    ///   - hasAdministrator: whether there is an account already, which is called that.
    ///   - mediaEnvironment: mediad's, beside what all tests need.
    static func start(
        database: DaemonSite.Database = .fresh,
        hasAdministrator: Bool = true,
        mediaEnvironment: [String: String] = [:]
    ) async throws -> Films {
        let site = try await DaemonSite(database: database, configuration: Self.configuration)
        let media = try await site.start(environment: Self.mediaEnvironment.merging(mediaEnvironment) { $1 })
        let scopes = ["upload:*", "read:*", "events:*", "link"].flatMap { ["--scope", $0] }
        let outcome = try await site.run(["key", "create", "--name", "filmd"] + scopes)
        let key = try #require(outcome.lines.first, "\(outcome.errors)")
        let front = "\(site.directory)/front"
        let copied = try await ChildProcess.run(.init("cp", ["-r", Self.sources, front]))
        try #require(copied.ending == .exited(0), "\(copied.errors)")
        let service = try await Self.startService(on: site, media: media.url, key: key, front: front)
        let films = Films(site: site, media: media, service: service, key: key, front: front)
        // The first one gets the right to everything, whichever test runs first.
        if hasAdministrator { _ = try await films.makeAccount("administrator") }
        return films
    }

    /// Another filmd on the same database.
    func startAnother(
        front: String,
        arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> DaemonProcess {
        try await Self.startService(
            on: self.site,
            media: self.media.url,
            key: self.key,
            front: front,
            arguments: arguments,
            environment: environment
        )
    }

    private static func startService(
        on site: DaemonSite,
        media: String,
        key: String,
        front: String,
        arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> DaemonProcess {
        let process = try await ChildProcess.start(
            .init(
                try Self.binary(),
                ["serve", "--port", "0", "--media-url", media, "--front", front] + arguments,
                environment: [
                    "FILMD_DATABASE_URL": try #require(site.databaseURL), "FILMD_MEDIA_KEY": key,
                    "FILMD_LOG_FORMAT": "json",
                    // Passwords of tests are worth little work.
                    "FILMD_ACCOUNTS_PASSWORD_TIME": "10ms", "FILMD_ACCOUNTS_PASSWORD_MEMORY": "19MiB",
                ].merging(environment) { $1 },
                directory: site.directory
            )
        )
        let service = try await DaemonProcess.attach(to: process, on: site)
        let isReady = try await eventually(within: .seconds(30)) {
            try await service.request("GET", "/readyz").status == 200
        }
        try #require(isReady, "\(service.lastWords)")
        return service
    }

    /// The path in the environment variable FILMD_BINARY, else `filmd` beside mediad.
    private static func binary() throws -> String {
        if let configured = getenv("FILMD_BINARY") { return String(cString: configured) }
        let media = try DaemonBinary.path()
        let path = media.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/filmd"
        try #require(access(path, X_OK) == 0, "\(path) is missing: build it with \"swift build\"")
        return path
    }

    static let repository = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    static let sources = "\(repository)/Sources/filmd/Front"
    static let fixtures = "\(repository)/Tests/Fixtures"
    static let mediaEnvironment = ["MEDIAD_ACCESS_SIGNATURE_KEYS": "a secret of these tests that is long enough"]

    /// Ends both with SIGTERM, which they must do well.
    func stop() async throws {
        #expect(try await self.service.terminate() == .exited(0))
        #expect(try await self.media.terminate() == .exited(0))
        try await self.site.remove()
    }
}

/// Gives a suite mediad and filmd for all its tests: ``Films/current(sourceLocation:)``.
struct RunningFilms: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let films = try await Films.start()
        let handler = IssueHandlingTrait.compactMapIssues { issue in
            var issue = issue
            issue.comments.append(Comment(rawValue: films.service.lastWords))
            return issue
        }
        try await handler.provideScope(for: test, testCase: testCase) {
            try await Films.$scoped.withValue(films) { try await function() }
            try await films.stop()
        }
        await films.service.kill9()
        await films.media.kill9()
    }
}

extension Trait where Self == RunningFilms {
    /// mediad and filmd for the suite.
    static var films: Self { RunningFilms() }
}
