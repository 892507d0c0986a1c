package import HTTPServing
package import Hummingbird
package import NIOCore

/// What travels with a request: Hummingbird's own, the route, who makes it, and the connection.
package struct FilmsContext: RoutedRequestContext {
    package var coreContext: CoreRequestContextStorage
    package var match: RouteMatch?
    /// Who makes the request; nil on routes that are open to everyone.
    package var verifiedCaller: Caller?
    package let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.channel = source.channel
    }

    /// Who makes the request.
    /// - Throws: `internal_error` on a route that is open to everyone: its handler has nobody to ask for.
    package var caller: Caller {
        get throws(FilmsError) {
            guard let verifiedCaller else {
                throw FilmsError.defect("Nobody found out who makes this request.")
            }
            return verifiedCaller
        }
    }

    /// The record that the path names in place of `{id}`, or of another parameter.
    /// - Throws: `not_found` for what is no id.
    package func recordID(_ parameter: String = "id") throws(FilmsError) -> RecordID {
        guard let id = self.match?.parameter(parameter).flatMap({ RecordID($0) }) else { throw FilmsError.notFound }
        return id
    }
}
