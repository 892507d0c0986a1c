import MediaTesting
import Synchronization
import Testing

/// The ways that a request for a file can take inside the daemon. Whoever asks must not see which one it was.
enum Route: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// Any head, for a file that was asked for before: answered on the event loop.
    case fast
    /// A request that names itself is left to the router, which alone gives the name back.
    case router
    /// HTTP/2 over TLS, as curl speaks it; from memory or by the router, as it comes.
    case http2

    /// Where the connection matters too.
    static let allCases: [Route] = [.fast, .router]
    /// Where only request and answer do.
    static let semantics: [Route] = [.fast, .router, .http2]

    /// What has to stand in the head for this way.
    var fields: [(String, String)] { self != .router ? [] : [("X-Request-ID", "router")] }

    /// The same as text of a head.
    var lines: String { fields.map { "\($0): \($1)\r\n" }.joined() }

    var testDescription: String { rawValue }
}

extension ProbeResponse {
    /// Whether it came from the event loop: only the router gives answers an id.
    var isFast: Bool { self["X-Request-ID"] == nil }
}

extension ServedSample {
    /// Asks the suite's daemon for the sample, by one of the ways.
    ///
    /// - Parameter query: what follows the path, with its `?`.
    func request(
        _ method: String = "GET",
        _ fields: [(String, String)] = [],
        query: String = "",
        by route: Route,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProbeResponse {
        let daemon = try Daemon.current(sourceLocation: sourceLocation)
        if route == .fast, !Self.warmed.withLock({ $0.contains("\(daemon.port)\(path)\(query)") }) {
            try await warm(query: query, sourceLocation: sourceLocation)
        }
        if route == .http2 { return try await daemon.curl(.http2, method, path + query, fields) }
        return try await daemon.request(method, path + query, fields + route.fields)
    }

    /// Asks for the sample until it is kept ready for the fast path, which happens a moment after an answer.
    func warm(query: String = "", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let daemon = try Daemon.current(sourceLocation: sourceLocation)
        let isWarm = try await eventually { try await daemon.request("HEAD", path + query).isFast }
        #expect(isWarm, "\(path)\(query) never comes from the event loop", sourceLocation: sourceLocation)
        Self.warmed.withLock { _ = $0.insert("\(daemon.port)\(path)\(query)") }
    }

    /// Targets that were kept ready once; those of other daemons have other ports.
    private static let warmed = Mutex<Set<String>>([])
}
