import MediaCore
import MediaStorage
import MediaTesting
import Synchronization
import Testing

@testable import MediaEngine

@Suite("A clock that is set")
struct ClockStepTests {
    private final class Clocks: Sendable {
        private let state = Mutex((wall: Int64(1_000_000_000_000_000), steady: ContinuousClock.now))

        func pass(_ duration: Duration, setForward jump: Duration = .zero) {
            self.state.withLock { state in
                state.steady = state.steady + duration
                state.wall += (duration + jump).microseconds
            }
        }

        var wall: Timestamp { Timestamp(microseconds: self.state.withLock { $0.wall }) }
        var steady: ContinuousClock.Instant { self.state.withLock { $0.steady } }
    }

    @Test("forward expires nothing at once: an upload has its time from then on")
    func forward() {
        let clocks = Clocks()
        let expiry = ExpiryClock(keeping: .seconds(3600), clock: { clocks.wall }, steady: { clocks.steady })
        let began = expiry.now
        #expect(began == clocks.wall)
        clocks.pass(.seconds(60))
        #expect((expiry.now.microseconds - began.microseconds) == 60_000_000)
        clocks.pass(.seconds(60), setForward: .seconds(30 * 86400))
        #expect((expiry.now.microseconds - began.microseconds) == 120_000_000)
        clocks.pass(.seconds(3500))
        #expect((expiry.now.microseconds - began.microseconds) == 3_620_000_000)
        clocks.pass(.seconds(200))
        #expect(expiry.now == clocks.wall, "it is over after the time that an upload is kept")
    }

    @Test("forward and back again leaves nothing behind; small corrections are followed at once")
    func backAgain() {
        let clocks = Clocks()
        let expiry = ExpiryClock(keeping: .seconds(3600), clock: { clocks.wall }, steady: { clocks.steady })
        clocks.pass(.seconds(1), setForward: .seconds(86400))
        #expect(expiry.now < clocks.wall)
        clocks.pass(.seconds(1), setForward: .seconds(-86400))
        #expect(expiry.now == clocks.wall)
        clocks.pass(.seconds(1), setForward: .seconds(2))
        #expect(expiry.now == clocks.wall)
        clocks.pass(.seconds(1), setForward: .seconds(-7200))
        #expect(expiry.now == clocks.wall)
    }

    @Test("back never makes the time of a file, or of its record, go back when it is replaced")
    func back() async throws {
        let clock = Mutex(Timestamp(microseconds: Timestamp.now().microseconds + 3_600_000_000))
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.withLock { $0 } })
        let first = try await fixture.upload("jpeg 1", to: "posters", "1")
        clock.withLock { $0 = Timestamp(microseconds: $0.microseconds - 7_200_000_000) }
        let second = try await fixture.upload("jpeg 2", to: "posters", "1")
        #expect(second.id == first.id)
        #expect(second.updatedAt > first.updatedAt)
        #expect(second.version.modifiedAt > first.version.modifiedAt)
    }

    @Test("A version is later than the one before it, by the smallest step where the clock says otherwise")
    func notBefore() {
        let (early, late) = (Timestamp(microseconds: 5), Timestamp(microseconds: 9))
        #expect(late.notBefore(early) == late)
        #expect(late.notBefore(nil) == late)
        #expect(early.notBefore(late) == Timestamp(microseconds: 10))
        #expect(late.notBefore(late) == Timestamp(microseconds: 10))
    }
}
