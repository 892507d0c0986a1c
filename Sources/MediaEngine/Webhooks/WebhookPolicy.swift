import MediaCore

/// When an endpoint that failed is tried again, and when it is only probed. A pure value; every field is a configuration key
/// (`webhooks.*`).
///
/// An endpoint gets its changes in order, so one that fails holds up those behind it, and nobody else's.
package struct WebhookPolicy: Hashable, Sendable {
    /// Failures in a row after which an endpoint is parked.
    package var tries: Int
    /// The pause after the first failure; each further one is at most twice as long.
    package var firstPause: Duration
    /// The longest pause between two tries, also where the endpoint asks for a longer one.
    package var longestPause: Duration
    /// Between two probes of a parked endpoint.
    package var probeInterval: Duration
    /// How long an endpoint may be parked before it is disabled.
    package var disableAfter: Duration
    /// Between two probes of a disabled endpoint.
    package var disabledProbeInterval: Duration

    /// Even a random pause is at least so long.
    static let shortestPause = Duration.milliseconds(50)

    package init(
        tries: Int,
        firstPause: Duration,
        longestPause: Duration,
        probeInterval: Duration,
        disableAfter: Duration,
        disabledProbeInterval: Duration
    ) {
        self.tries = tries
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.probeInterval = probeInterval
        self.disableAfter = disableAfter
        self.disabledProbeInterval = disabledProbeInterval
    }

    /// What becomes of an endpoint after a try.
    ///
    /// - Parameters:
    ///   - webhook: as it was before the try.
    ///   - jitter: from 0 to 1, drawn for each try: a pause is that part of its span, so that endpoints of one server that came back are
    ///     not all tried at once.
    /// - Returns: nil when the endpoint took the message (any 2xx).
    func setback(
        after outcome: WebhookOutcome,
        of webhook: Webhook,
        at now: Timestamp,
        jitter: Double
    ) -> WebhookSetback? {
        var (isGone, asked): (Bool, Duration?) = (false, nil)
        let error: String
        switch outcome {
        case .responded(200..<300, _): return nil
        case .responded(let status, let retryAfter):
            // Standard Webhooks, "Delivery": 410 says that the endpoint wants nothing more.
            isGone = status == 410
            asked = retryAfter
            let isRedirect = (300..<400).contains(status)
            error = "It responded with HTTP \(status)\(isRedirect ? "; redirects are not followed" : "")."
        case .failed(let failure): error = "It failed: \(failure.rawValue)."
        }
        let failures = min(webhook.failures, Int(Int32.max) - 1) + 1
        let state = isGone ? .disabled : self.state(after: failures, of: webhook, at: now)
        let pause: Duration =
            switch state {
            case .active: max(self.span(after: failures) * jitter, min(asked ?? .zero, self.longestPause))
            case .parked: self.probeInterval * (0.5 + jitter / 2)
            case .disabled: self.disabledProbeInterval * (0.5 + jitter / 2)
            }
        return WebhookSetback(state: state, failures: failures, error: error, pause: max(pause, Self.shortestPause))
    }

    private func state(after failures: Int, of webhook: Webhook, at now: Timestamp) -> Webhook.State {
        switch webhook.state {
        case .active: return failures >= self.tries ? .parked : .active
        case .parked:
            let parked = Duration.microseconds(now.microseconds - webhook.stateSince.microseconds)
            return parked >= self.disableAfter ? .disabled : .parked
        case .disabled: return .disabled
        }
    }

    private func span(after failures: Int) -> Duration {
        min(self.longestPause, self.firstPause * (1 << min(failures - 1, 20)))
    }

    /// The feed cannot go on at the endpoint's cursor: it has missed changes, and only somebody who knows what it keeps can say where it
    /// begins anew.
    static func expired(_ webhook: Webhook) -> WebhookSetback {
        WebhookSetback(
            state: .parked,
            failures: webhook.failures,
            error: """
                Its cursor has expired (cursor_expired): let the receiver read the state afresh, then replay from "now" or \
                "floor".
                """,
            pause: nil
        )
    }
}
