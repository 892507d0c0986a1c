import BrowserTesting
import FoundationEssentials
import Testing

/// axe-core (https://github.com/dequelabs/axe-core), which knows the rules of WCAG that a program can check. `scripts/test-clients` installs it.
struct Axe: Sendable {
    private let source: String

    /// - Throws: where it is not installed; these tests are never skipped.
    init() throws {
        let library = "\(Films.repository)/.build/test-clients/lib"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: library)) ?? []
        let path = files.map { "\(library)/\($0)/site-packages/axe_playwright_python/axe.min.js" }
            .first { FileManager.default.fileExists(atPath: $0) }
        let found = try #require(path, "axe-core is not installed: run scripts/test-clients")
        self.source = String(decoding: try Data(contentsOf: URL(filePath: found)), as: UTF8.self)
    }

    /// What is wrong with what the browser shows, of the serious and the critical kind, as sentences for people.
    ///
    /// - Parameter rules: nil: all of them.
    func violations(in browser: Browser, only rules: [String]? = nil) async throws -> [String] {
        if try await browser.run("return typeof axe === 'undefined'") == true { try await browser.run(self.source) }
        let names = rules.map { JSONValue.array($0.map { .string($0) }) } ?? .null
        return try await browser.run(
            """
            const only = arguments[0] ? { runOnly: { type: "rule", values: arguments[0] } } : {};
            return axe.run(document, { resultTypes: ["violations"], ...only }).then(({ violations }) => violations
              .filter(({ impact }) => ["serious", "critical"].includes(impact))
              .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(" | ")}`));
            """,
            names
        ).elements.compactMap(\.text)
    }
}
