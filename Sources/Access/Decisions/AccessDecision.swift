/// What becomes of a request.
package enum AccessDecision: Hashable, Sendable {
    /// It may go on.
    case allowed
    /// Whoever makes it has to say first who it is: 401.
    case unauthenticated
    /// It is known who makes it, and that this is not enough: 403.
    case forbidden
    /// As ``forbidden``, where even that there is such a thing is not for everybody to know: 404, the same as for nothing at all.
    case hidden
}
