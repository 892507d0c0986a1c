import NIOCore
import Testing

@testable import HTTPServing

@Suite("How fast a body has to come")
struct ReceptionDeadlinesTests {
    private static func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    private static func deadlines(rate: Int64 = 100) -> ReceptionDeadlines {
        let pace = ReceptionPace(idleTimeout: .seconds(5), minimumRate: rate, rateWindow: .seconds(10))
        return ReceptionDeadlines(pace, now: Self.at(0))
    }

    private func failure(_ verdict: ReceptionDeadlines.Verdict) -> ReceptionFailure? {
        if case .fail(let failure) = verdict { failure } else { nil }
    }

    @Test("Silence fails after the idle time-out, but not while the client waits for a write")
    func silence() {
        var deadlines = Self.deadlines()
        #expect(self.failure(deadlines.check(now: Self.at(4999), isWriting: false)) == nil)
        #expect(self.failure(deadlines.check(now: Self.at(9000), isWriting: true)) == nil)
        deadlines.wrote(now: Self.at(9000))
        #expect(self.failure(deadlines.check(now: Self.at(13_999), isWriting: false)) == nil)
        guard case .silent(let span) = self.failure(deadlines.check(now: Self.at(14_000), isWriting: false)),
            span == .seconds(5)
        else {
            Issue.record("silence was not noticed")
            return
        }
    }

    @Test("Too few bytes in a window fail; each window begins anew")
    func rate() {
        var deadlines = Self.deadlines()
        for second in 1...10 { deadlines.bytesCame(100, now: Self.at(Int64(second) * 1000)) }
        #expect(self.failure(deadlines.check(now: Self.at(10_000), isWriting: false)) == nil)
        for second in 11...20 { deadlines.bytesCame(99, now: Self.at(Int64(second) * 1000)) }
        guard case .tooSlow(minimumRate: 100) = self.failure(deadlines.check(now: Self.at(20_000), isWriting: false))
        else {
            Issue.record("slowness was not noticed")
            return
        }
    }

    @Test("During the grace what is on its way is taken, until it ends or nothing comes any more")
    func grace() {
        var steady = Self.deadlines()
        steady.graceBegins(now: Self.at(0))
        for step in 1...29 as ClosedRange<Int64> {
            steady.bytesCame(1, now: Self.at(step * 10))
            #expect(self.failure(steady.check(now: Self.at(step * 10), isWriting: false)) == nil)
        }
        steady.bytesCame(1, now: Self.at(300))
        #expect(self.failure(steady.check(now: Self.at(300), isWriting: false)) != nil)
        var silent = Self.deadlines()
        silent.graceBegins(now: Self.at(0))
        #expect(self.failure(silent.check(now: Self.at(99), isWriting: false)) == nil)
        guard case .interrupted(.afterGrace) = self.failure(silent.check(now: Self.at(100), isWriting: false)) else {
            Issue.record("a dead connection was not noticed")
            return
        }
    }
}
