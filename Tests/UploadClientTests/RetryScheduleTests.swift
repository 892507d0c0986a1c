import Testing

@testable import UploadClient

@Suite("When to try again")
struct RetryScheduleTests {
    @Test("The pauses double up to ten seconds, and there are ten of them")
    func pauses() {
        var schedule = RetrySchedule()
        var pauses: [Duration] = []
        while let pause = schedule.next() { pauses.append(pause) }
        #expect(
            pauses == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10), .seconds(10),
                .seconds(10), .seconds(10), .seconds(10),
            ]
        )
        #expect(schedule.next() == nil)
    }

    @Test("Only an offset further than ever before is progress")
    func progress() {
        var schedule = RetrySchedule()
        schedule.reached(100)
        for _ in 0..<RetrySchedule.most { #expect(schedule.next() != nil) }
        schedule.reached(100)
        #expect(schedule.next() == nil)
        schedule.reached(50)
        #expect(schedule.next() == nil)
        schedule.reached(101)
        #expect(schedule.next() == .milliseconds(500))
    }

    @Test("An upload that begins anew has to make progress before the tries are counted anew")
    func anew() {
        var schedule = RetrySchedule()
        schedule.reached(1000)
        for _ in 0..<RetrySchedule.most { _ = schedule.next() }
        schedule.beganAnew()
        #expect(schedule.next() == nil)
        schedule.reached(1)
        #expect(schedule.next() == .milliseconds(500))
    }

    @Test("An answer counts while answers are waited for")
    func answers() {
        var schedule = RetrySchedule()
        for _ in 0..<RetrySchedule.most { _ = schedule.next() }
        schedule.responded()
        #expect(schedule.next() == .milliseconds(500))
    }
}
