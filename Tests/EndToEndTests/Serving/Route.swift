import MediaTesting
import Testing

/// The ways that a request for a file can take inside the daemon. Whoever asks must not see which one it was.
enum Route: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// A head of well-known fields only, for a file that was asked for before: answered on the event loop.
    case fast
    /// A field that the fast path does not know leaves the request to the router.
    case router

    /// What has to stand in the head for this way.
    var fields: [(String, String)] { self == .fast ? [] : [("X-Route", "router")] }

    /// The same as text of a head.
    var lines: String { fields.map { "\($0): \($1)\r\n" }.joined() }

    var testDescription: String { rawValue }
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
    ) async throws -> HTTPAnswer {
        let daemon = try Daemon.current(sourceLocation: sourceLocation)
        return try await daemon.request(method, path + query, fields + route.fields)
    }
}
