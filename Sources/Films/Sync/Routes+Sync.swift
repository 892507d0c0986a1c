import HTTPServing

extension Routes {
    static let sync: [Route] = [snapshot, changes, stream]

    static let snapshot = Route("/api/snapshot", [.get(.read), .head(.read), .options], parameters: ["limit", "page"])
    static let changes = Route(
        "/api/changes",
        [.get(.read), .head(.read), .options],
        parameters: ["since", "wait", "limit"]
    )
    /// Open to everyone, because the token is the first message.
    static let stream = Route("/api/sync", [.get(.anyone), .options], parameters: [])
}
