import HTTPServing

extension Routes {
    static let page: [Route] = Self.documents + Self.entries.values + [Self.frontFiles]

    /// The addresses of the page's views; each is answered with the same document, which reads its address itself.
    static let documents = [
        "/", "/movies/{id}", "/playlists", "/playlists/{id}", "/shared/{token}", "/waiting", "/me",
    ].map { Self.file($0) }

    /// What browsers know by fixed addresses, by name.
    static let entries = Dictionary(
        uniqueKeysWithValues: ["build.js", "service-worker.js", "manifest.webmanifest", "media-client.js"].map {
            ($0, Self.file("/\($0)"))
        }
    )

    /// The files of this build, and of those that ran within the last day.
    static let frontFiles = Self.file("/front/{version}/**")

    private static func file(_ pattern: String) -> Route {
        Route(pattern, [.get(.anyone), .head(.anyone), .options], isServedWhileStarting: true)
    }
}
