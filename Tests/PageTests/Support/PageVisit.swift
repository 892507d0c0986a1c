import BrowserTesting
import MediaTesting
import PostgresCluster

/// A browser at the page of a daemon of its own.
struct PageVisit: Sendable {
    let browser: Browser
    let daemon: DaemonProcess

    /// Starts a daemon and a browser, opens the page, runs `body`, and ends both.
    ///
    /// - Throws: what `body` throws, with the browser's console and the end of the daemon's log added.
    static func make(
        language: String = "en-GB",
        configuration: String = "page:\n  enabled: true\n",
        _ body: (PageVisit) async throws -> Void
    ) async throws {
        let site = try await DaemonSite(configuration: configuration)
        let home = "\(site.directory)/browser"
        try FileOperations.makeDirectory(home, mode: 0o700)
        let browser = try await Browser.start(language: language, home: home)
        let result: Result<Void, any Error>
        do {
            let visit = PageVisit(browser: browser, daemon: try await site.start())
            result = await visit.run(body)
        } catch {
            result = .failure(error)
        }
        await browser.stop()
        try? await site.remove()
        try result.get()
    }

    private func run(_ body: (PageVisit) async throws -> Void) async -> Result<Void, any Error> {
        let result: Result<Void, any Error>
        do {
            try await browser.open(daemon.url + "/")
            try await body(self)
            result = .success(())
        } catch {
            let console = (try? await browser.consoleProblems()) ?? []
            result = .failure(PageFailure("\(error)\nconsole: \(console)\n\(daemon.lastWords)"))
        }
        await daemon.kill9()
        return result
    }

    /// Chooses files in the page as a person does; the upload begins at once.
    func choose(_ files: [String], collection: String, name: String? = nil) async throws {
        try await browser.click("#collections input[value=\(collection)]")
        if let name { try await browser.type(name, into: "#name") }
        try await browser.type(files.joined(separator: "\n"), into: "#files")
    }

    /// Chooses one file and waits until the page says that it is stored and shows its card first.
    func upload(_ file: String, collection: String, name: String? = nil) async throws {
        let before = try await browser.run("return document.querySelectorAll('#queue .stored').length").number ?? 0
        try await choose([file], collection: collection, name: name)
        try await browser.until("document.querySelectorAll('#queue .stored').length === \(Int(before) + 1)")
    }

    /// The words on the cards, first card first.
    func cards() async throws -> [String] {
        let texts = try await browser.run(
            "return [...document.querySelectorAll('.card')].map((card) => card.innerText)"
        )
        return texts.elements.compactMap(\.text)
    }
}
