import Glibc
import MediaTesting

/// One headless Chromium window, driven over WebDriver.
package struct Browser: Sendable {
    private let driver: Chromedriver
    let session: WebDriverConnection

    /// Starts chromedriver and a browser that speaks `language`.
    ///
    /// - Parameters:
    ///   - language: BCP 47 tags joined with commas: what `navigator.languages` says.
    ///   - home: A directory of the test's own.
    ///   - profile: A folder that outlives the browser, for one that is ended and started again; nil: a new one each time.
    package static func start(language: String, home: String, profile: String? = nil) async throws -> Browser {
        if let profile { try await BrowserProfile.awaitRelease(profile) }
        let driver = try await Chromedriver.start(home: home)
        // Root may not use Chromium's own sandbox, and containers have a small /dev/shm.
        let arguments =
            [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--window-size=1280,900",
                "--disable-background-networking", "--lang=\(language.prefix { $0 != "," })",
            ] + (profile.map { ["--user-data-dir=\($0)"] } ?? [])
        let capabilities: JSONValue = [
            "browserName": "chrome",
            "goog:chromeOptions": [
                "args": .array(arguments.map { .string($0) }), "prefs": ["intl.accept_languages": .string(language)],
            ],
            "goog:loggingPrefs": ["browser": "ALL", "performance": "ALL"],
            "timeouts": ["script": 30000, "pageLoad": 30000, "implicit": 0],
        ]
        do {
            let value = try await driver.connection.send(
                .post,
                "/session",
                ["capabilities": ["alwaysMatch": capabilities]]
            )
            guard let id = value["sessionId"].text else { throw PageFailure("chromedriver gave no session") }
            return Browser(driver: driver, session: .init(base: "\(driver.connection.base)/session/\(id)"))
        } catch {
            await driver.stop()
            throw error
        }
    }

    /// Ends the browser and its driver.
    package func stop() async {
        // Deleting the session ends the browser in good order; what does not end so is killed with its process group.
        _ = try? await session.send(.delete, "")
        await driver.stop()
    }

    /// SIGKILL for the browser and its driver, as a phone does it that needs the memory.
    package func kill9() async { await driver.stop() }

    /// Goes to an address and waits until it is loaded.
    package func open(_ url: String) async throws {
        try await session.send(.post, "/url", ["url": .string(url)])
    }

    /// Runs the body of a JavaScript function in the page; a promise is waited for.
    @discardableResult
    package func run(_ script: String, _ arguments: JSONValue...) async throws -> JSONValue {
        try await execute(script, arguments)
    }

    private func execute(_ script: String, _ arguments: [JSONValue]) async throws -> JSONValue {
        try await session.send(.post, "/execute/sync", ["script": .string(script), "args": .array(arguments)])
    }

    /// Looks at the page until the expression is truthy, and returns its value.
    /// - Throws: ``PageFailure`` with what the page shows when it does not come true in time.
    @discardableResult
    package func until(
        _ expression: String,
        _ arguments: JSONValue...,
        within patience: Duration = .seconds(40)
    ) async throws -> JSONValue {
        var value = JSONValue.null
        let isTrue = try await eventually(within: patience, every: .milliseconds(50)) {
            value = try await execute("return \(expression)", arguments)
            return value.isTruthy
        }
        if isTrue { return value }
        let page = try await run("return document.body.innerText")
        throw PageFailure(
            "not true within \(patience): \(expression) \(arguments)\nthe page shows:\n\(page.text ?? "")"
        )
    }

    /// Clicks like a person: in the middle of the element, which must be there and not covered.
    package func click(_ selector: String) async throws {
        try await self.untilItStays { try await session.send(.post, "/element/\(try await find(selector))/click") }
    }

    /// Does something to an element again that the page has drawn anew between the look for it and the deed, as a person would.
    private func untilItStays(_ body: () async throws -> Void) async throws {
        for _ in 0..<5 {
            do {
                return try await body()
            } catch let error as PageFailure where "\(error)".contains("stale element reference") {
                continue
            }
        }
        try await body()
    }

    /// Types text, or gives file paths, one per line, to a file input.
    package func type(_ text: String, into selector: String) async throws {
        try await session.send(.post, "/element/\(try await find(selector))/value", ["text": .string(text)])
    }

    /// Clicks the element that an expression gives, as soon as there is one that is not covered.
    /// - Throws: ``PageFailure`` when that is not so in time.
    package func click(
        found expression: String,
        _ arguments: JSONValue...,
        within patience: Duration = .seconds(40)
    ) async throws {
        var trouble: any Error = PageFailure("there was no element")
        let isClicked = try await eventually(within: patience, every: .milliseconds(50)) {
            let found = try await execute("return \(expression)", arguments)
            guard let id = found[Self.elementKey].text else { return false }
            do {
                // Away from the edges, where bars and notes lie over the page.
                try await run("arguments[0]?.scrollIntoView({ block: 'center' })", found)
                try await session.send(.post, "/element/\(id)/click")
                return true
            } catch {
                // A page that draws itself again may have another element there now, or a dialog that is still closing in front.
                trouble = error
                return false
            }
        }
        if isClicked { return }
        let page = try await run("return document.body.innerText")
        throw PageFailure("not clicked: \(expression) \(arguments): \(trouble)\nthe page shows:\n\(page.text ?? "")")
    }

    /// "Web element identifier" of W3C WebDriver, section 12 "Elements".
    private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

    private func find(_ selector: String) async throws -> String {
        let query: JSONValue = ["using": "css selector", "value": .string(selector)]
        guard let id = try await session.send(.post, "/element", query)[Self.elementKey].text else {
            throw PageFailure("no element \(selector)")
        }
        return id
    }
}
