package import HTTPTypes

/// All that is known of the URLs of one pattern before a request comes: which methods there are, who may use them, which body each
/// takes, and what scripts of other web sites may do.
///
/// Routes are data: router, CORS, metrics, method override and the cache in front of the router read the same ones, and none of
/// them knows a path by itself.
///
///     let item = Route("/items/{id}", [.get(.read), .head(.read), .delete(.manage), .options], crossOrigin: .reading)
///
/// A class, because every request takes one along.
package final class Route: Sendable {
    /// The paths that the route is for.
    package let pattern: RoutePattern
    /// In the order in which `Allow` names the methods. Empty: there is nothing at such a path, whatever the method.
    package let operations: [Operation]
    /// What scripts of other web sites may do here.
    package let crossOrigin: CrossOriginRule
    /// Whether `X-HTTP-Method-Override` counts here.
    package let honoursMethodOverride: Bool
    /// Whether a response may be kept in memory and given again without the router.
    package let isServedFromMemory: Bool
    /// Whether the route is there before the service is prepared.
    package let isServedWhileStarting: Bool
    /// Fields of every response that does not have them anyway, of errors too.
    package let responseFields: HTTPFields
    /// The names that the query may have; nil where any may stand there.
    package let parameters: [String]?
    /// The methods as `Allow` has them (RFC 9110 section 10.2.1).
    package let allow: String

    /// Describes the URLs of a pattern.
    package init(
        _ pattern: String,
        _ operations: [Operation],
        crossOrigin: CrossOriginRule = .none,
        honoursMethodOverride: Bool = false,
        isServedFromMemory: Bool = false,
        isServedWhileStarting: Bool = false,
        responseFields: HTTPFields = [:],
        parameters: [String]? = nil
    ) {
        self.pattern = RoutePattern(pattern)
        self.operations = operations
        self.crossOrigin = crossOrigin
        self.honoursMethodOverride = honoursMethodOverride
        self.isServedFromMemory = isServedFromMemory
        self.isServedWhileStarting = isServedWhileStarting
        self.responseFields = responseFields
        self.parameters = parameters
        self.allow = operations.map(\.method.rawValue).joined(separator: ", ")
    }

    /// What the route does with a method; nil for one that it does not take.
    package func operation(_ method: HTTPRequest.Method) -> Operation? {
        self.operations.first { $0.method == method }
    }
}

extension Route {
    /// One method of a route.
    package struct Operation: Hashable, Sendable {
        /// The method of the request, after an override.
        package var method: HTTPRequest.Method
        /// Who may use it.
        package var access: AccessRequirement
        /// What content it takes.
        package var body: BodyRule

        /// A method that only reads.
        package static func get(_ access: AccessRequirement) -> Operation {
            Operation(method: .get, access: access, body: .none)
        }

        /// As GET, without content (RFC 9110 section 9.3.2).
        package static func head(_ access: AccessRequirement) -> Operation {
            Operation(method: .head, access: access, body: .none)
        }

        /// A method that makes something of a body.
        package static func post(_ access: AccessRequirement, _ body: BodyRule) -> Operation {
            Operation(method: .post, access: access, body: body)
        }

        /// A method that puts a body in the place of what is there (RFC 9110 section 9.3.4).
        package static func put(_ access: AccessRequirement, _ body: BodyRule) -> Operation {
            Operation(method: .put, access: access, body: body)
        }

        /// A method that changes something by a body (RFC 5789).
        package static func patch(_ access: AccessRequirement, _ body: BodyRule) -> Operation {
            Operation(method: .patch, access: access, body: body)
        }

        /// A method that removes something.
        package static func delete(_ access: AccessRequirement) -> Operation {
            Operation(method: .delete, access: access, body: .none)
        }

        /// Which methods there are (RFC 9110 section 9.3.7). Browsers ask before they know who is asking, so it is open to all.
        package static let options = Operation(method: .options, access: .anyone, body: .none)
    }

    /// What content a request may bring. Written down with each operation; nothing enforces it yet.
    package enum BodyRule: Hashable, Sendable {
        /// None that is read.
        case none
        /// JSON of at most so many bytes, read into memory.
        case json(maximumBytes: Int)
        /// Bytes that are taken to disk while they come.
        case streamed
    }
}
