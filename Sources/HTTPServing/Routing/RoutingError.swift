package import HTTPTypes

/// A request that no handler is for.
package enum RoutingError: Error {
    /// No route leads there, or there is nothing at the end of it.
    case notFound
    /// The route does not take the method.
    case methodNotAllowed(Route)
}

extension RoutingError: ProblemConvertible {
    /// 404, or 405 with the methods that there are.
    package var problem: Problem {
        switch self {
        case .notFound: Problem(.notFound, code: "not_found", "There is nothing at this URL.")
        case .methodNotAllowed(let route):
            Problem(.methodNotAllowed, code: "method_not_allowed", "This URL takes \(route.allow).")
        }
    }

    /// RFC 9110 section 15.5.6: a 405 says what there is.
    package var fields: HTTPFields {
        guard case .methodNotAllowed(let route) = self else { return [:] }
        return [.allow: route.allow]
    }
}
