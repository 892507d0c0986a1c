import HTTPServing
import Hummingbird
import MediaCore
import NIOCore

/// What travels with a request: Hummingbird's own, the route, and the connection, for bytes that go around the router.
struct MediaRequestContext: RoutedRequestContext {
    var coreContext: CoreRequestContextStorage
    var match: RouteMatch?
    /// Who makes the request; nil on routes that are open to everyone.
    var access: RequestAccess?
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.channel = source.channel
    }

    /// Who makes the request, for handlers that ask.
    /// - Throws: `internal_error` where nobody found out: a route that is open to everyone has no such handler.
    var asker: RequestAccess {
        get throws(MediaError) {
            guard let access else { throw MediaError(.internalError, "Nobody found out who makes this request.") }
            return access
        }
    }

    /// What the path has in place of the route's `{id}`. Hummingbird's `id` is the request's.
    var pathID: Substring { self.match?.parameter("id") ?? "" }
}
