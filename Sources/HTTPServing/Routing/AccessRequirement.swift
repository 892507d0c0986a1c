/// Who may use an operation of a route. Written down with each route; nothing enforces it yet.
package enum AccessRequirement: Hashable, Sendable, CaseIterable {
    /// Everybody, also without saying who it is.
    case anyone
    /// Whoever may read.
    case read
    /// Whoever may bring something in, and look after what is on its way.
    case upload
    /// Whoever may change and remove what is there.
    case manage
    /// Whoever watches over the service.
    case monitor
}
