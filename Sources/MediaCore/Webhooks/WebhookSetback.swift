/// What becomes of a webhook after a try that failed.
package struct WebhookSetback: Hashable, Sendable {
    /// Its state from now on.
    package var state: Webhook.State
    /// Tries in a row that failed, this one included.
    package var failures: Int
    /// Why; at most ``maximumErrorLength`` characters, and nothing that the endpoint chose.
    package var error: String
    /// Until the next try; nil: somebody has to enable it.
    package var pause: Duration?

    /// Of ``error``, in characters.
    package static let maximumErrorLength = 200

    package init(state: Webhook.State, failures: Int, error: String, pause: Duration?) {
        self.state = state
        self.failures = failures
        self.error = String(error.prefix(Self.maximumErrorLength))
        self.pause = pause
    }
}
