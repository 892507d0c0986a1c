import FoundationEssentials

/// What surrounds a page: its network, its screen, its person's taste, its cookies.
extension Browser {
    /// Makes the network of the page slow, so that an upload can be watched.
    ///
    /// Source: Chrome DevTools Protocol, `Network.emulateNetworkConditions`.
    package func limitUploads(bytesPerSecond: Int) async throws {
        let conditions: JSONValue = [
            "offline": false, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": .number(Double(bytesPerSecond)),
        ]
        try await devTools("Network.enable", [:])
        try await devTools("Network.emulateNetworkConditions", conditions)
    }

    /// Makes the page's view as large as a telephone's, which is narrower than any window gets.
    ///
    /// - Parameters:
    ///   - width: CSS pixels.
    ///   - height: CSS pixels.
    package func show(width: Int, height: Int) async throws {
        try await self.devTools(
            "Emulation.setDeviceMetricsOverride",
            .object([
                "width": .number(Double(width)), "height": .number(Double(height)), "deviceScaleFactor": .number(1),
                "mobile": .bool(true),
            ])
        )
    }

    /// Tells the page that there is a network, or none: `navigator.onLine` and its events. For the service worker and WebSockets, whose
    /// network this does not touch, the way to the server has to be cut as well.
    ///
    /// Source: Chrome DevTools Protocol, `Network.overrideNetworkState`.
    package func tell(isOnline: Bool) async throws {
        try await self.devTools("Network.enable", [:])
        try await self.devTools(
            "Network.overrideNetworkState",
            ["offline": .bool(!isOnline), "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1]
        )
    }

    /// What the system of the person prefers.
    ///
    /// Source: Chrome DevTools Protocol, `Emulation.setEmulatedMedia`.
    package func prefer(isDark: Bool, reducesMotion: Bool = false) async throws {
        let features: JSONValue = [
            ["name": "prefers-color-scheme", "value": .string(isDark ? "dark" : "light")],
            ["name": "prefers-reduced-motion", "value": .string(reducesMotion ? "reduce" : "no-preference")],
        ]
        try await self.devTools("Emulation.setEmulatedMedia", ["features": features])
    }

    /// A cookie of a page, also one that scripts don't see; nil where there is none.
    package func cookie(_ name: String, at url: String) async throws -> String? {
        let found = try await self.devTools("Network.getCookies", ["urls": [.string(url)]])["cookies"].elements
        return found.first { $0["name"].text == name }?["value"].text
    }

    /// Has the cookies written to the profile. Chromium does that half a minute after a change, or after 512 of them, which is quicker: those
    /// are of hosts that do not exist.
    package func writeCookies() async throws {
        let cookies = (0..<600).map { index -> JSONValue in
            [
                "name": "filler", "value": .string("\(index)"), "domain": .string("host\(index).invalid"), "path": "/",
                "expires": .number(Date.now.timeIntervalSince1970 + 3600),
            ]
        }
        try await self.devTools("Storage.setCookies", ["cookies": .array(cookies)])
    }

    /// A Chrome DevTools Protocol command for the tab.
    @discardableResult
    package func devTools(_ command: String, _ parameters: JSONValue) async throws -> JSONValue {
        try await session.send(.post, "/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
    }
}
