/// When to try again after something passing: pauses that double from 0.5 s to 10 s, at most ten in a row without progress.
package struct RetrySchedule: Sendable {
    package static let most = 10

    private var failures = 0
    private var furthest: Int64 = 0

    package init() {}

    /// - Returns: how long to wait before the next try; nil when there were enough.
    package mutating func next() -> Duration? {
        guard self.failures < Self.most else { return nil }
        self.failures += 1
        return min(.milliseconds(500 << (self.failures - 1)), .seconds(10))
    }

    /// The server has this many bytes. More than ever before are progress: the count begins anew.
    package mutating func reached(_ offset: Int64) {
        guard offset > self.furthest else { return }
        self.furthest = offset
        self.failures = 0
    }

    /// The server answered while nothing but its answer is waited for.
    package mutating func answered() { self.failures = 0 }

    /// The upload begins anew: what counts as progress does too, the tries so far stay counted.
    package mutating func beganAnew() { self.furthest = 0 }
}
