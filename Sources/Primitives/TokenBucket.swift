/// How often something may happen: so many times at once, and then as they come back one by one. A value; its owner guards it.
///
///     var bucket = TokenBucket(Rate(quota: 60, window: .seconds(60)), at: now)
///     guard bucket.take(at: now).isTaken else { ... }
///
/// It is full in the beginning. What is taken comes back evenly over the window.
package struct TokenBucket: Sendable {
    /// How many in which time.
    package struct Rate: Hashable, Sendable {
        /// How many at once, and in each window. At least 1.
        package let quota: Int
        /// The time in which an empty bucket fills up. Longer than nothing.
        package let window: Duration

        /// - Parameters:
        ///   - quota: below 1 it counts as 1.
        ///   - window: below a millisecond it counts as one.
        package init(quota: Int, window: Duration) {
            self.quota = max(1, quota)
            self.window = max(window, .milliseconds(1))
        }

        /// The time in which one comes back.
        var interval: Duration { self.window / self.quota }
    }

    /// What became of a request for one.
    package struct Verdict: Hashable, Sendable {
        /// Whether there was one.
        package var isTaken: Bool
        /// How many are left.
        package var remaining: Int
        /// Until one is there again; zero where one is.
        package var untilNext: Duration
        /// Until it is full.
        package var untilFull: Duration
    }

    private let rate: Rate
    /// When it will be full: the whole state of a bucket is one time.
    private var full: ContinuousClock.Instant

    /// A full one.
    package init(_ rate: Rate, at time: ContinuousClock.Instant) {
        self.rate = rate
        self.full = time
    }

    /// Whether it is full, so that nothing is known of it that a new one would not know.
    package func isFull(at time: ContinuousClock.Instant) -> Bool { self.full <= time }

    /// Takes one, if there is one.
    package mutating func take(at time: ContinuousClock.Instant) -> Verdict {
        let after = max(self.full, time) + self.rate.interval
        let isTaken = after - time <= self.rate.window
        if isTaken { self.full = after }
        let missing = max(.zero, self.full - time)
        let free = self.rate.window - missing
        // An interval is cut off to whole attoseconds, and their quotient is a binary fraction.
        let remaining = max(0, min(self.rate.quota, Int((free / self.rate.interval + 1e-9).rounded(.down))))
        return Verdict(
            isTaken: isTaken,
            remaining: remaining,
            untilNext: remaining > 0 ? .zero : self.rate.interval - free,
            untilFull: missing
        )
    }

    /// Puts one back that was taken and turned out not to count. It is never more than full.
    package mutating func giveBack() { self.full -= self.rate.interval }
}
