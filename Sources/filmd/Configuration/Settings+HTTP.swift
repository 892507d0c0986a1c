import HTTPSemantics
import NIOCore
import ServiceSupport

extension Settings.HTTP {
    init(_ reader: SettingsReader) async throws {
        self.hostname = try await reader.read(.text("http.hostname", default: "127.0.0.1", "Address to listen on."))
        self.port = try await reader.read(.integer("http.port", default: 8090, in: 0...65535, "0 takes a free one."))
        self.maximumConnections = try await reader.read(
            .integer(
                "http.maximumConnections",
                default: 10_240,
                in: 1...1_000_000,
                """
                Connections at a time; every open page has one. Beyond that the one that has waited longest for a request is \
                closed; if none waits, the new one gets a 503.
                """
            )
        )
        self.maximumConnectionsPerAddress = try await reader.read(
            .integer(
                "http.maximumConnectionsPerAddress",
                default: 2048,
                in: 0...1_000_000,
                """
                0 is no bound. Connections at a time from one address (of IPv6: from one /64); more get a 429. \
                Those of trustedProxies are not counted.
                """
            )
        )
        self.idleTimeout = try await reader.read(
            .duration(
                "http.idleTimeout",
                default: .seconds(60),
                in: .anyTimeout,
                "A connection without a next request, or without a byte of a body, for this long is closed."
            )
        )
        self.headerTimeout = try await reader.read(
            .duration(
                "http.headerTimeout",
                default: .seconds(20),
                in: .anyTimeout,
                "From a request's first byte, or from the connection's beginning, to the end of its head; then 408."
            )
        )
        self.writeTimeout = try await reader.read(
            .duration(
                "http.writeTimeout",
                default: .seconds(60),
                in: .anyTimeout,
                "A client that takes nothing of a response for this long is cut off."
            )
        )
        self.trustedProxies = try await Self.trustedProxies(reader)
    }

    private static func trustedProxies(_ reader: SettingsReader) async throws -> TrustedAddresses {
        let proxies = try await reader.read(
            .list(
                "http.trustedProxies",
                default: [],
                form: "IP addresses and networks",
                "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."
            )
        )
        do {
            return try TrustedAddresses(proxies)
        } catch {
            try reader.refuse("http.trustedProxies", proxies.joined(separator: ", "), "IP addresses and networks")
            throw error
        }
    }
}
