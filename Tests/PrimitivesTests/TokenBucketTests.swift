import Primitives
import Testing

@Suite("A token bucket")
struct TokenBucketTests {
    private static let start = ContinuousClock.now

    private static func time(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

    @Test("gives as many at once as its quota, and then one for each interval")
    func quota() {
        var bucket = TokenBucket(.init(quota: 6, window: .seconds(60)), at: Self.start)
        for left in (0..<6).reversed() {
            let verdict = bucket.take(at: Self.start)
            #expect(verdict.isTaken)
            #expect(verdict.remaining == left)
        }
        let refused = bucket.take(at: Self.start)
        #expect(!refused.isTaken)
        #expect(refused.remaining == 0)
        #expect(refused.untilNext == .seconds(10))
        #expect(refused.untilFull == .seconds(60))
        #expect(!bucket.take(at: Self.time(9.9)).isTaken)
        #expect(bucket.take(at: Self.time(10)).isTaken)
        #expect(!bucket.take(at: Self.time(10)).isTaken)
    }

    @Test("is full again after its window, and never fuller")
    func filling() {
        var bucket = TokenBucket(.init(quota: 7, window: .seconds(1)), at: Self.start)
        for _ in 0..<7 { #expect(bucket.take(at: Self.start).isTaken) }
        #expect(!bucket.isFull(at: Self.start))
        #expect(bucket.isFull(at: Self.time(1)))
        let late = Self.time(1000)
        for left in (0..<7).reversed() { #expect(bucket.take(at: late).remaining == left) }
        #expect(!bucket.take(at: late).isTaken)
    }

    @Test("takes nothing from who is refused, and stands a clock that goes back")
    func refusals() {
        var bucket = TokenBucket(.init(quota: 1, window: .seconds(10)), at: Self.time(5))
        #expect(bucket.take(at: Self.time(5)).isTaken)
        for _ in 0..<100 { #expect(!bucket.take(at: Self.time(6)).isTaken) }
        #expect(!bucket.take(at: Self.time(1)).isTaken)
        #expect(bucket.take(at: Self.time(15)).isTaken)
    }

    @Test("has at least one in at least a millisecond")
    func bounds() {
        let rate = TokenBucket.Rate(quota: 0, window: .zero)
        #expect(rate.quota == 1)
        #expect(rate.window == .milliseconds(1))
    }
}
