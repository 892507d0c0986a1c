/// How slowly a body may come. Every field is a configuration key (`uploads.*`).
package struct ReceptionPace: Sendable {
    /// Without a byte for so long the request ends.
    package var idleTimeout: Duration
    /// Bytes per second that must come on average over ``rateWindow``.
    package var minimumRate: Int64
    /// What the rate is an average over.
    package var rateWindow: Duration

    /// How long a request that is to make room for a newer one may still take what is already on its way.
    package static let interruptionGrace = Duration.milliseconds(300)
    /// Without a byte for so long its connection counts as dead then.
    static let interruptionSilence = Duration.milliseconds(100)

    /// - Parameters:
    ///   - idleTimeout: without a byte for so long the request ends.
    ///   - minimumRate: bytes per second on average over `rateWindow`.
    package init(idleTimeout: Duration, minimumRate: Int64, rateWindow: Duration) {
        self.idleTimeout = idleTimeout
        self.minimumRate = minimumRate
        self.rateWindow = rateWindow
    }
}
