package import Primitives
import Synchronization

/// How often something may happen for each of many keys, within fixed memory.
///
/// A key whose bucket is full is forgotten: nothing is known of it. When all buckets are in use, keys that come new share one, so that
/// a flood of keys ends in a refusal instead of in memory.
package final class AttemptLimiter: Sendable {
    private let rate: TokenBucket.Rate
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    fileprivate struct State {
        var buckets: [String: TokenBucket] = [:]
        var overflow: TokenBucket
    }

    /// - Parameter capacity: keys at most.
    package init(
        _ rate: TokenBucket.Rate,
        capacity: Int = 16_384,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.rate = rate
        self.capacity = capacity
        self.now = now
        self.state = Mutex(State(overflow: TokenBucket(rate, at: now())))
    }

    /// Takes one attempt of a key.
    /// - Throws: ``FilmsError`` `rate_limited`, with the seconds after which there is one again.
    package func take(_ key: String) throws(FilmsError) {
        let now = self.now()
        let verdict = self.state.withLock { state in
            guard var bucket = state.bucket(of: key, self.rate, capacity: self.capacity, at: now) else {
                return state.overflow.take(at: now)
            }
            let verdict = bucket.take(at: now)
            state.buckets[key] = bucket
            return verdict
        }
        try Self.pass(verdict)
    }

    private static func pass(_ verdict: TokenBucket.Verdict) throws(FilmsError) {
        guard !verdict.isTaken else { return }
        let seconds = max(1, Int((verdict.untilNext / .seconds(1)).rounded(.up)))
        throw FilmsError(.rateLimited, .tooManyAttempts, retryAfter: seconds)
    }

    /// Looks whether a key has an attempt left, and takes none: before more is read of a request that would be refused anyway.
    /// - Throws: as ``take(_:)``.
    package func check(_ key: String) throws(FilmsError) {
        let now = self.now()
        let verdict = self.state.withLock { state in
            var bucket =
                state.bucket(of: key, self.rate, capacity: self.capacity, at: now) ?? state.overflow
            return bucket.take(at: now)
        }
        try Self.pass(verdict)
    }

    /// Counts an attempt. One that the service could not decide is given back.
    /// - Throws: as ``take(_:)``, and what the body throws.
    package func counting<Result>(
        _ key: String,
        _ body: () async throws(FilmsError) -> Result
    ) async throws(FilmsError) -> Result {
        try self.take(key)
        do {
            return try await body()
        } catch {
            if error.isOfTheService { self.giveBack(key) }
            throw error
        }
    }

    /// Counts an attempt that fails by what was sent: one that succeeds is given back, too.
    /// - Throws: as ``take(_:)``, and what the body throws.
    package func countingFailures<Result>(
        _ key: String,
        _ body: () async throws(FilmsError) -> Result
    ) async throws(FilmsError) -> Result {
        let result = try await self.counting(key, body)
        self.giveBack(key)
        return result
    }

    /// Gives an attempt back that turned out to be a good one.
    package func giveBack(_ key: String) {
        self.state.withLock { $0.buckets[key]?.giveBack() }
    }
}

extension AttemptLimiter.State {
    /// - Returns: nil when there is no room for a new key.
    mutating func bucket(
        of key: String,
        _ rate: TokenBucket.Rate,
        capacity: Int,
        at now: ContinuousClock.Instant
    ) -> TokenBucket? {
        if let bucket = self.buckets[key] { return bucket }
        if self.buckets.count >= capacity {
            // A look at all of them: rare, and in a flood of keys about a millisecond for each new one.
            self.buckets = self.buckets.filter { !$0.value.isFull(at: now) }
        }
        return self.buckets.count < capacity ? TokenBucket(rate, at: now) : nil
    }
}
