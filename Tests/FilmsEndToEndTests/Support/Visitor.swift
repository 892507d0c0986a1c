import BrowserTesting
import MediaTesting
import PostgresCluster
import Synchronization
import Testing

/// A person with a browser and a profile of their own, and a network of their own that can go away.
///
/// The page's origin is the visitor's relay, which leads to filmd: what is cut there is cut for the page, its service worker and its
/// WebSocket alike. The browser can be killed and started again; the profile stays.
final class Visitor: Sendable {
    /// What a person brings along.
    struct Habits: Sendable {
        /// As in `navigator.languages`.
        var language = "en-GB"
        /// A telephone's screen; else a window of 1280 x 900.
        var hasPhone = false
        var prefersDark = false
    }

    let films: Films
    let name: String
    let relay: Relay
    let habits: Habits
    private let folder: String
    private let present: Mutex<(browser: Browser, isOnline: Bool)>

    /// Of the page.
    var url: String { "http://127.0.0.1:\(self.relay.port)" }
    /// The browser that runs now.
    var browser: Browser { self.present.withLock { $0.browser } }

    private init(_ films: Films, _ name: String, _ relay: Relay, _ habits: Habits, _ folder: String, _ browser: Browser)
    {
        (self.films, self.name, self.relay, self.habits, self.folder) = (films, name, relay, habits, folder)
        self.present = Mutex((browser, true))
    }

    /// Starts people's browsers, runs the body, and ends them.
    ///
    /// - Parameter name: unique in the suite, as it names the folder of the profile.
    /// - Throws: what the body throws, with the console of each browser added.
    static func meet(
        _ names: String...,
        habits: Habits = Habits(),
        at films: Films,
        _ body: ([Visitor]) async throws -> Void
    ) async throws {
        var visitors: [Visitor] = []
        do {
            for name in names { visitors.append(try await Self.arrive(name, habits, at: films)) }
            try await body(visitors)
        } catch {
            var words = "\(error)"
            for visitor in visitors {
                let console = (try? await visitor.browser.consoleProblems()) ?? []
                words += "\nconsole of \(visitor.name): \(console)"
                _ = try? await visitor.browser.screenshot("failed-\(visitor.name)")
                await visitor.leave()
            }
            throw PageFailure(words)
        }
        for visitor in visitors { await visitor.leave() }
    }

    private static func arrive(_ name: String, _ habits: Habits, at films: Films) async throws -> Visitor {
        let folder = "\(films.site.directory)/\(name)"
        for path in [folder, "\(folder)/home", "\(folder)/profile"] {
            try FileOperations.makeDirectory(path, mode: 0o700)
        }
        let relay = try Relay(to: films.service.port)
        let browser = try await Self.start(habits, folder)
        return Visitor(films, name, relay, habits, folder, browser)
    }

    private static func start(_ habits: Habits, _ folder: String) async throws -> Browser {
        let browser = try await Browser.start(
            language: habits.language,
            home: "\(folder)/home",
            profile: "\(folder)/profile"
        )
        if habits.hasPhone { try await browser.show(width: 390, height: 844) }
        if habits.prefersDark { try await browser.prefer(isDark: true) }
        return browser
    }

    private func leave() async {
        await self.browser.stop()
        self.relay.close()
    }

    // MARK: The browser's and the network's life

    /// SIGKILL for the browser with all its processes; the profile stays as it is at this instant.
    func kill() async { await self.browser.kill9() }

    /// Ends the browser as a person does, who closes its last window: all that it knows is in the profile then.
    func close() async { await self.browser.stop() }

    /// Starts a browser on the same profile, and opens a page. The network is as it was before.
    func start(at path: String = "/") async throws {
        let browser = try await Self.start(self.habits, self.folder)
        let isOnline = self.present.withLock {
            $0.browser = browser
            return $0.isOnline
        }
        if !isOnline { try await browser.tell(isOnline: false) }
        try await self.open(path)
    }

    /// The network goes away: connections end, and the page hears of it.
    /// - Parameter isRunning: whether there is a browser now.
    func goOffline(isRunning: Bool = true) async throws {
        self.present.withLock { $0.isOnline = false }
        self.relay.goDown()
        if isRunning { try await self.browser.tell(isOnline: false) }
    }

    /// The network is back, and the page hears of it.
    func comeBack() async throws {
        self.present.withLock { $0.isOnline = true }
        self.relay.comeBack()
        try await self.browser.tell(isOnline: true)
    }
}

/// Gives a suite one browser, whose person is signed in, for all its tests.
struct VisitorOfSuite: SuiteTrait, TestScoping {
    let name: String

    @TaskLocal static var scoped: (visitor: Visitor, account: Account)?

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let films = try Films.current()
        let account = try await films.makeAccount(self.name)
        try await Visitor.meet(self.name, at: films) { visitors in
            try await visitors[0].arrive(as: account)
            try await Self.$scoped.withValue((visitors[0], account)) { try await function() }
        }
    }
}

extension Trait where Self == VisitorOfSuite {
    /// A browser whose person is signed in.
    static func visitor(_ name: String) -> Self { VisitorOfSuite(name: name) }
}
