/// Carries messages to endpoints that somebody else chose, which may be anything.
///
/// An implementation never follows a redirect, never connects to an address that it has not checked, and ends within its own time
/// whatever the endpoint does.
package protocol WebhookSender: Sendable {
    /// Refuses an endpoint that would be refused now. A name that cannot be resolved passes: it may be there later.
    /// - Throws: `endpoint_not_allowed`.
    func check(_ url: WebhookURL) async throws(MediaError)

    /// Sends a message, once. Cancelling the task ends it early.
    func send(_ message: WebhookMessage) async -> WebhookOutcome
}

/// One request to an endpoint.
package struct WebhookMessage: Hashable, Sendable {
    /// A header field.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where it goes.
    package var url: WebhookURL
    /// Beside those that every request has.
    package var fields: [Field]
    /// JSON.
    package var body: [UInt8]

    package init(url: WebhookURL, fields: [Field], body: [UInt8]) {
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// What became of a message.
package enum WebhookOutcome: Hashable, Sendable {
    /// The endpoint responded.
    /// - Parameter retryAfter: when it wants to be asked again (RFC 9110 section 10.2.3); nil when it did not say.
    case responded(status: Int, retryAfter: Duration?)
    /// It did not.
    case failed(WebhookFailure)
}

/// Why an endpoint did not respond. Nothing of it comes from the endpoint.
package enum WebhookFailure: String, Error, Hashable, Sendable, CaseIterable {
    /// Its address is not one to send to, or it is http outside of the listed networks.
    case notAllowed = "its address is not allowed (webhooks.allowedNetworks)"
    /// Its name has no address.
    case unresolvable = "its name cannot be resolved"
    /// No connection came about.
    case unreachable = "no connection could be made"
    /// Its certificate is not good for its name, or it speaks no TLS.
    case insecure = "TLS failed: the certificate is not trusted or not for this name"
    /// It took too long.
    case timedOut = "it did not respond in time (webhooks.timeout)"
    /// It closed the connection, or sent what is no response.
    case broken = "the connection ended without a response"
    /// This daemon had too much to do, or is being stopped.
    case interrupted = "the try was interrupted here"
}
