import HTTPTypes
import Primitives
import Synchronization
import Testing

@testable import MediaServer

@Suite("Rates of requests")
struct RequestRatesTests {
    @Test("Each name has its own, each kind too, and what has no rate is not counted")
    func kinds() throws {
        let time = ContinuousClock.now
        let rate = TokenBucket.Rate(quota: 2, window: .seconds(60))
        let rates = RequestRates(rates: [.key: rate, .address: rate], capacity: 100, now: { time })
        #expect(rates.isLimited)
        for name in ["a", "b"] {
            #expect(rates.take(.key, name)?.verdict.isTaken == true)
            #expect(rates.take(.key, name)?.verdict.isTaken == true)
            #expect(rates.take(.key, name)?.verdict.isTaken == false)
            #expect(rates.take(.address, name)?.verdict.isTaken == true)
        }
        #expect(rates.take(.owner, "a") == nil)
        #expect(!RequestRates(rates: [:], capacity: 100).isLimited)
    }

    @Test("Looking counts nothing, and says what counting would say")
    func looking() {
        let time = ContinuousClock.now
        let rates = RequestRates(rates: [.address: .init(quota: 1, window: .seconds(60))], capacity: 2, now: { time })
        for _ in 0..<3 { #expect(rates.look(.address, "a")?.verdict.isTaken == true) }
        #expect(rates.take(.address, "a")?.verdict.isTaken == true)
        #expect(rates.look(.address, "a")?.verdict.isTaken == false)
        #expect(rates.look(.key, "a") == nil)
    }

    @Test("Memory is bounded: who was not heard of for longest begins anew")
    func bounded() {
        let time = ContinuousClock.now
        let rates = RequestRates(rates: [.key: .init(quota: 1, window: .seconds(60))], capacity: 2, now: { time })
        #expect(rates.take(.key, "a")?.verdict.isTaken == true)
        #expect(rates.take(.key, "b")?.verdict.isTaken == true)
        #expect(rates.take(.key, "a")?.verdict.isTaken == false)
        #expect(rates.take(.key, "c")?.verdict.isTaken == true)
        #expect(rates.take(.key, "a")?.verdict.isTaken == false)
        #expect(rates.take(.key, "b")?.verdict.isTaken == true)
    }

    @Test("Fields name the policies in the draft's form")
    func fields() throws {
        let time = ContinuousClock.now
        let rates = RequestRates(
            rates: [.key: .init(quota: 600, window: .seconds(60)), .owner: .init(quota: 3, window: .seconds(10))],
            capacity: 10,
            now: { time }
        )
        let tickets = [try #require(rates.take(.key, "a")), try #require(rates.take(.owner, "b"))]
        let fields = RateFields.fields(tickets)
        #expect(fields[.rateLimitPolicy] == #""key";q=600;w=60, "owner";q=3;w=10"#)
        #expect(fields[.rateLimit] == #""key";r=599;t=1, "owner";r=2;t=4"#)
        #expect(RateFields.fields([]).isEmpty)
    }
}
