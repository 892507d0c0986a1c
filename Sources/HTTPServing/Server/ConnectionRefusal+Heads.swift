import HTTPTypes

/// Why the head of a request is refused (``RequestHeadRules``).
extension ConnectionRefusal {
    static let methodNotSupported = ConnectionRefusal(
        status: .notImplemented,
        detail: "The method is not supported."
    )
    static let asteriskTarget = ConnectionRefusal(
        status: .badRequest,
        detail: "Only OPTIONS can have the target *."
    )
    static let invalidTarget = ConnectionRefusal(
        status: .badRequest,
        detail: "The target of the request is neither a path nor an http URL of a server."
    )
    static let hostCount = ConnectionRefusal(
        status: .badRequest,
        detail: "A request must have exactly one Host."
    )
    static let invalidHost = ConnectionRefusal(
        status: .badRequest,
        detail: "The Host is not a valid name of a server."
    )
    static let lengthCount = ConnectionRefusal(
        status: .badRequest,
        detail: "A request must have at most one Content-Length."
    )
    static let invalidLength = ConnectionRefusal(
        status: .badRequest,
        detail: "The Content-Length is not a number."
    )
    static let twoFramings = ConnectionRefusal(
        status: .badRequest,
        detail: "A request must not have both Content-Length and Transfer-Encoding."
    )
    static let codingInOldVersion = ConnectionRefusal(
        status: .badRequest,
        detail: "HTTP/1.0 has no Transfer-Encoding."
    )
    static let unknownCoding = ConnectionRefusal(
        status: .notImplemented,
        detail: "The only supported Transfer-Encoding is chunked."
    )
    static let unknownExpectation = ConnectionRefusal(
        status: .expectationFailed,
        detail: "The only supported expectation is 100-continue."
    )
    static let invalidMethodOverride = ConnectionRefusal(
        status: .badRequest,
        detail: "X-HTTP-Method-Override does not name a method."
    )
    static let targetTooLong = ConnectionRefusal(
        status: .uriTooLong,
        detail: "The target of the request is too long."
    )
    static let versionNotSupported = ConnectionRefusal(
        status: .httpVersionNotSupported,
        detail: "The supported versions are HTTP/1.1 and HTTP/1.0."
    )
    static let notHTTP = ConnectionRefusal(
        status: .badRequest,
        detail: "The bytes are not a request of HTTP."
    )
}
