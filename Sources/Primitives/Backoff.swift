/// When to try again what failed: each pause twice as long as the one before, within a range. A pure value.
///
///     var backoff = Backoff(range: .milliseconds(100)...(.seconds(30)))
///     while await !connect() { try await Task.sleep(for: backoff.failed(at: .now)) }
///     backoff.succeeded()
///
/// With a jitter the pauses are never quite the same for two clients, so that they do not all return to a restarted server at
/// once.
package struct Backoff: Sendable {
    private let range: ClosedRange<Duration>
    private let calm: Duration?
    private var failures = 0
    private var lastFailure: ContinuousClock.Instant?
    /// Nil while all is well.
    package private(set) var nextAttempt: ContinuousClock.Instant?

    /// - Parameters:
    ///   - range: the shortest and the longest pause.
    ///   - calm: how much longer than the next pause nothing has to fail until the pauses begin anew by themselves. Nil: they
    ///     do after ``succeeded()`` only.
    package init(range: ClosedRange<Duration>, calm: Duration? = nil) {
        self.range = range
        self.calm = calm
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
        lastFailure = nil
        nextAttempt = nil
    }

    /// Begins the next pause: between half and all of the doubled span, by the jitter of 0 to 1.
    ///
    /// - Parameter jitter: 1 is the whole span, for attempts that nobody else makes at the same time.
    /// - Returns: how long the pause is.
    @discardableResult
    package mutating func failed(at now: ContinuousClock.Instant, jitter: Double = 1) -> Duration {
        if let calm, let lastFailure, now - lastFailure > calm + span { failures = 0 }
        let pause = max(range.lowerBound / 2, span * (0.5 + jitter / 2))
        failures += 1
        lastFailure = now
        nextAttempt = now + pause
        return pause
    }

    private var span: Duration { min(range.upperBound, range.lowerBound * (1 << min(failures, 20))) }
}
