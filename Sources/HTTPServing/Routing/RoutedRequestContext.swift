package import Hummingbird

/// A request's context that knows the request's route.
package protocol RoutedRequestContext: RequestContext {
    /// Set by ``RouteResponder`` before anything else looks at the request; nil where no route leads.
    var match: RouteMatch? { get set }
}
