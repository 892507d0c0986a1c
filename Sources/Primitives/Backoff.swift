/// When to try again what failed: each pause twice as long as the one before, within a range, and never quite the same for
/// two clients, so that they do not all return to a restarted server at once. A pure value.
package struct Backoff: Sendable {
    private let range: ClosedRange<Duration>
    private var failures = 0
    /// Nil while all is well.
    package private(set) var nextAttempt: ContinuousClock.Instant?

    package init(range: ClosedRange<Duration>) {
        self.range = range
    }

    /// Whether the last attempt failed.
    package var isFailing: Bool { failures > 0 }

    /// Whether the pause is over.
    package func allowsAttempt(at now: ContinuousClock.Instant) -> Bool {
        nextAttempt.map { $0 <= now } ?? true
    }

    /// Ends the pauses.
    package mutating func succeeded() {
        failures = 0
        nextAttempt = nil
    }

    /// Begins the next pause: between half and all of the doubled span, by the jitter of 0 to 1.
    package mutating func failed(at now: ContinuousClock.Instant, jitter: Double) {
        let doublings = min(failures, 20)
        let span = min(range.upperBound, range.lowerBound * (1 << doublings))
        failures += 1
        nextAttempt = now + max(range.lowerBound / 2, span * (0.5 + jitter / 2))
    }
}
