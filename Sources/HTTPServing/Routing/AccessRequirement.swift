/// Who may use an operation of a route. The service that has the routes enforces it.
package enum AccessRequirement: Hashable, Sendable, CaseIterable {
    /// Everybody, also without saying who it is.
    case anyone
    /// Whoever may read what the request is for.
    case read
    /// Whoever may bring something in, and look after what is on its way.
    case upload
    /// Whoever may change or remove what the request is for.
    case change
    /// Whoever may hear of changes.
    case hear
    /// Whoever may say what uses what.
    case link
    /// Whoever runs the service.
    case manage
    /// Whoever watches over the service.
    case monitor
}
