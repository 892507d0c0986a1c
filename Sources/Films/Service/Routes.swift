package import HTTPServing

/// All addresses of the API. Each folder has its own part.
package enum Routes {
    /// Router, authentication and the check of parameters read this.
    package static let table = RouteTable(
        Self.accounts + Self.movies + Self.playlists + Self.comments + Self.history + Self.sync + [Self.batch]
            + Self.page
            + Self.proxy + Self.operation
    )

    /// How much JSON a request may bring.
    static let json = Route.BodyRule.json(maximumBytes: RequestBody.maximumBytes)
}
