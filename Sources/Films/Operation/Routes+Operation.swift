import HTTPServing

extension Routes {
    static let operation = [Self.health, Self.readiness]

    /// Whether the process responds.
    static let health = Self.probe("/healthz")
    /// Whether the database can be used.
    static let readiness = Self.probe("/readyz")

    private static func probe(_ pattern: String) -> Route {
        Route(pattern, [.get(.anyone), .head(.anyone), .options], isServedWhileStarting: true, parameters: [])
    }
}
