import HTTPServing
import Testing

@Suite("The pace of an answer")
struct ResponsePaceTests {
    private func pace(_ bytesPerSecond: Int64, after: Int64 = 0) throws -> ResponsePace {
        try #require(ResponsePace(bytesPerSecond: bytesPerSecond, after: after))
    }

    @Test("No rate is no pace", arguments: [0, -1, Int64.min])
    func none(rate: Int64) {
        #expect(ResponsePace(bytesPerSecond: rate, after: 10) == nil)
    }

    @Test("What was sent is due when the rate says so")
    func due() throws {
        let pace = try pace(1000)
        #expect(pace.delay(sent: 0, elapsed: .zero) == .zero)
        #expect(pace.delay(sent: 1000, elapsed: .zero) == .seconds(1))
        #expect(pace.delay(sent: 1500, elapsed: .seconds(1)) == .milliseconds(500))
        #expect(pace.delay(sent: 1000, elapsed: .seconds(1)) == .zero)
        #expect(pace.delay(sent: 1000, elapsed: .seconds(60)) == .zero)
        #expect(pace.delay(sent: 1, elapsed: .zero) == .milliseconds(1))
    }

    @Test("The bytes in front are free, the first one behind them is not")
    func after() throws {
        let pace = try pace(1000, after: 5000)
        for sent in [0, 1, 4999, 5000] as [Int64] { #expect(pace.delay(sent: sent, elapsed: .zero) == .zero) }
        #expect(pace.delay(sent: 5001, elapsed: .zero) == .milliseconds(1))
        #expect(pace.delay(sent: 7000, elapsed: .seconds(1)) == .seconds(1))
        #expect(try self.pace(1000, after: -5).after == 0)
    }

    @Test("Numbers at the edge neither overflow nor turn negative")
    func edges() throws {
        let slow = try pace(1)
        #expect(slow.delay(sent: .max, elapsed: .zero) == .seconds(Int64.max))
        #expect(slow.delay(sent: .max, elapsed: .seconds(Int64.max)) == .zero)
        #expect(slow.delay(sent: -5, elapsed: .zero) == .zero)
        let fast = try pace(.max, after: .max)
        #expect(fast.delay(sent: .max, elapsed: .zero) == .zero)
        #expect(try pace(.max).delay(sent: .max, elapsed: .zero) == .seconds(1))
        // The clock went back: then the answer is ahead of its time.
        #expect(slow.delay(sent: 1, elapsed: .seconds(-1)) == .seconds(2))
    }

    @Test("Windows are a quarter of a second, bounded by the caller and by what is worth a call")
    func windows() throws {
        #expect(try pace(1 << 20).windowLength(atMost: 512 << 10) == 256 << 10)
        #expect(try pace(1 << 30).windowLength(atMost: 512 << 10) == 512 << 10)
        #expect(try pace(1).windowLength(atMost: 512 << 10) == 4 << 10)
        #expect(try pace(1).windowLength(atMost: 100) == 100)
        #expect(try pace(1000).windowLength(atMost: 0) == 1)
        #expect(try pace(.max).windowLength(atMost: .max) == .max / 4)
    }

    @Test("The rest of an answer has what is left of the free bytes")
    func advanced() throws {
        let pace = try pace(1000, after: 300)
        #expect(pace.advanced(by: 100).after == 200)
        #expect(pace.advanced(by: 300).after == 0)
        #expect(pace.advanced(by: .max).after == 0)
        #expect(pace.advanced(by: -1) == pace)
        #expect(pace.advanced(by: 100).bytesPerSecond == 1000)
    }

    @Test("Window by window an answer comes at its rate, however fast the client is")
    func story() throws {
        let pace = try pace(100_000, after: 50_000)
        var (sent, elapsed): (Int64, Duration) = (0, .zero)
        while sent < 1_050_000 {
            elapsed += pace.delay(sent: sent, elapsed: elapsed)
            sent += min(pace.windowLength(atMost: 1 << 19), 1_050_000 - sent)
            let allowed =
                50_000 + 25_000 + Double(100_000)
                * (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
            #expect(Double(sent) <= allowed + 1)
        }
        #expect(elapsed >= .milliseconds(9_700) && elapsed <= .seconds(10), "\(elapsed)")
    }
}
