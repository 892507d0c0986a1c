/// The tabs of one browser.
extension Browser {
    /// The tab that commands go to.
    package func tab() async throws -> String { try await session.send(.get, "/window").text ?? "" }

    /// Opens another tab and goes there.
    package func openTab() async throws -> String {
        guard let handle = try await session.send(.post, "/window/new", ["type": "tab"])["handle"].text else {
            throw PageFailure("there is no other tab")
        }
        try await self.goTo(tab: handle)
        return handle
    }

    /// From now on commands are for this tab.
    package func goTo(tab handle: String) async throws {
        try await session.send(.post, "/window", ["handle": .string(handle)])
    }

    /// Closes the tab that commands go to; the next command must be ``goTo(tab:)``.
    package func closeTab() async throws { try await session.send(.delete, "/window") }

    /// Loads the page again.
    package func reload() async throws { try await session.send(.post, "/refresh") }
}
