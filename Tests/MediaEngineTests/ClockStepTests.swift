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

    @Test("F2: a clock that is wrong at the start already expires nothing at once, whatever it is set to afterwards")
    func wrongFromTheBeginning() {
        let clocks = Clocks()
        let truth = clocks.wall
        clocks.pass(.zero, setForward: .seconds(70 * 365 * 86400))
        let expiry = ExpiryClock(keeping: .seconds(3600), clock: { clocks.wall }, steady: { clocks.steady })
        expiry.begin(at: truth)
        #expect(expiry.now == truth)
        clocks.pass(.seconds(60))
        #expect(expiry.now.microseconds - truth.microseconds == 60_000_000)
        // The network is there, and with it the time.
        clocks.pass(.seconds(60), setForward: .seconds(-70 * 365 * 86400))
        #expect(expiry.now == clocks.wall)
        #expect(expiry.now.microseconds - truth.microseconds == 120_000_000)
    }

    @Test("F2: a clock without a battery that says 1970, and is set later, expires nothing at once")
    func setLater() {
        let clocks = Clocks()
        let truth = clocks.wall
        clocks.pass(.zero, setForward: .microseconds(-truth.microseconds))
        let expiry = ExpiryClock(keeping: .seconds(3600), clock: { clocks.wall }, steady: { clocks.steady })
        // Nothing is ahead of anything.
        expiry.begin(at: truth)
        #expect(expiry.now == clocks.wall)
        clocks.pass(.seconds(10), setForward: .microseconds(truth.microseconds))
        #expect(expiry.now == Timestamp(microseconds: 10_000_000))
        clocks.pass(.seconds(3601))
        #expect(expiry.now == clocks.wall)
    }

    @Test("F2: at the start the database's clock counts where it is another, else the newest change")
    func evidence() {
        func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }
        let (day, now) = (Int64(86400), Int64(1_795_000_000))
        let far = now + 70 * 365 * day
        func judge(_ wall: Int64, _ database: Int64, _ newest: Int64?) -> (begin: Timestamp?, isSuspicious: Bool) {
            let evidence = ClockEvidence(wall: at(wall), database: at(database), newest: newest.map(at))
            return (evidence.expiryBegin(keeping: .seconds(day)), evidence.warning != nil)
        }
        #expect(judge(now, now, now - 5) == (nil, false))
        #expect(judge(now, now, nil) == (nil, false))
        #expect(judge(now, now + 30, now - day) == (nil, false))
        // Only this machine is wrong.
        #expect(judge(far, now, now - 5) == (at(now), true))
        #expect(judge(0, now, now - 5) == (nil, true))
        // Both are, as with the embedded database.
        #expect(judge(far, far, now) == (at(now), false))
        #expect(judge(0, 0, now) == (nil, true))
        // Away for a month: nobody could send anything.
        #expect(judge(now, now, now - 30 * day) == (at(now - 30 * day), false))
    }

    @Test("F2: an upload that was made while the clock said 2099 does not live until then")
    func madeInTheFuture() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        clock.advance(by: .seconds(70 * 365 * 86400))
        let id = try await fixture.announce(8)
        clock.advance(by: .seconds(-70 * 365 * 86400))
        #expect(try await fixture.reaper.sweep() == .init())
        let expiresAt = try #require(try await fixture.memory.upload(id: id)).expiresAt
        #expect(expiresAt.microseconds - clock.now.microseconds <= UploadEndTests.day.microseconds)
        clock.advance(by: UploadEndTests.day + .seconds(120))
        #expect(try await fixture.reaper.sweep() == .init(expired: 1))
        #expect(try await fixture.memory.upload(id: id)?.state == .expired)
    }

    @Test("D2, F2: an upload is promised no more time than it is kept, whatever the start left out")
    func promised() async throws {
        let clock = MovableClock()
        let tenDays: Int64 = 10 * 86_400_000_000
        let fixture = try EngineFixture(
            TemporaryRoot(),
            uploadClock: { clock.now },
            expiryClock: { Timestamp(microseconds: clock.now.microseconds - tenDays) }
        )
        let id = try await fixture.announce(8)
        let status = try await fixture.look(at: id)
        #expect(fixture.resumable.remainingLifetime(of: status) == UploadEndTests.day)
        #expect(fixture.resumable.remainingLifetime(of: nil) == UploadEndTests.day)
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
