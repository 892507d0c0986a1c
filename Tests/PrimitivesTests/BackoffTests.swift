import Primitives
import Testing

@Suite("Pauses between attempts")
struct BackoffTests {
    private let start = ContinuousClock.now

    @Test("double, are bounded, and begin anew after a success")
    func doubling() {
        var backoff = Backoff(range: .milliseconds(100)...(.seconds(1)))
        #expect(!backoff.isFailing)
        #expect(backoff.allowsAttempt(at: self.start))
        var pauses: [Duration] = []
        for _ in 0..<30 { pauses.append(backoff.failed(at: self.start)) }
        let expected: [Duration] = [100, 200, 400, 800, 1000].map { .milliseconds($0) }
        #expect(Array(pauses.prefix(5)) == expected)
        #expect(pauses.last == .seconds(1))
        #expect(!backoff.allowsAttempt(at: self.start + .milliseconds(999)))
        #expect(backoff.allowsAttempt(at: self.start + .seconds(1)))
        backoff.succeeded()
        #expect(backoff.allowsAttempt(at: self.start))
        #expect(backoff.failed(at: self.start) == .milliseconds(100))
    }

    @Test("are between half and all of the span", arguments: [(0.0, 50), (0.5, 75), (1.0, 100)])
    func jitter(jitter: Double, milliseconds: Int) {
        var backoff = Backoff(range: .milliseconds(100)...(.seconds(1)))
        #expect(backoff.failed(at: self.start, jitter: jitter) == .milliseconds(milliseconds))
    }

    @Test("begin anew after a time of calm, where one is given")
    func calm() {
        var backoff = Backoff(range: .seconds(1)...(.seconds(30)), calm: .seconds(60))
        #expect(backoff.failed(at: self.start) == .seconds(1))
        #expect(backoff.failed(at: self.start + .seconds(62)) == .seconds(2))
        #expect(backoff.failed(at: self.start + .seconds(62 + 65)) == .seconds(1))
    }
}
