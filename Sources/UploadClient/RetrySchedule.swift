import Primitives

/// When to try again after something passing: pauses that double from 0.5 s to 10 s, at most ten in a row without progress.
struct RetrySchedule: Sendable {
    static let most = 10

    private var failures = 0
    /// The whole spans: somebody waits for each, and few begin at the same time.
    private var backoff = Backoff(range: .milliseconds(500)...(.seconds(10)))
    private var furthest: Int64 = 0

    init() {}

    /// - Returns: how long to wait before the next try; nil when there were enough.
    mutating func next() -> Duration? {
        guard self.failures < Self.most else { return nil }
        self.failures += 1
        return self.backoff.failed(at: .now)
    }

    /// The server has this many bytes. More than ever before are progress: the count begins anew.
    mutating func reached(_ offset: Int64) {
        guard offset > self.furthest else { return }
        self.furthest = offset
        self.responded()
    }

    /// The server responded while nothing but the end of its work is waited for.
    mutating func responded() {
        self.failures = 0
        self.backoff.succeeded()
    }

    /// The upload begins anew: what counts as progress does too, the tries so far stay counted.
    mutating func beganAnew() { self.furthest = 0 }
}
