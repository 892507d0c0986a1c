import Testing

@testable import MediaWorkers

@Suite("Who waits for whom")
struct WorkerQueueTests {
    struct Job: Identifiable, Equatable { let id: UInt64 }
    typealias Queue = WorkerQueue<Job>

    static func queue(capacity: Int = 3) -> Queue { Queue(capacity: capacity, maximumWait: .seconds(10)) }
    let start = ContinuousClock.now

    private func job(_ take: Queue.Take) -> UInt64? {
        guard case .job(let job) = take else { return nil }
        return job.id
    }

    @Test("a day in the life of the pool")
    func story() {
        var queue = Self.queue()
        // Jobs come before any worker: they wait, and one timer is armed for the first.
        #expect(queue.submit(Job(id: 1), now: self.start) == .wait(armTimer: self.start + .seconds(10)))
        #expect(queue.submit(Job(id: 2), now: self.start + .seconds(1)) == .wait(armTimer: nil))
        #expect(queue.waitingCount == 2)
        // Workers come and take them in their order.
        #expect(self.job(queue.take(100)) == 1)
        #expect(self.job(queue.take(101)) == 2)
        // Nothing left: the first worker idles, and gets the next job straight away.
        #expect(self.job(queue.take(100)) == nil)
        #expect(queue.idleCount == 1)
        #expect(queue.submit(Job(id: 3), now: self.start + .seconds(2)) == .handOver(to: 100))
        #expect(queue.idleCount == 0)
        // Its process dies before it received the job, which goes to the head of the line.
        #expect(queue.submit(Job(id: 4), now: self.start + .seconds(3)) == .wait(armTimer: nil))
        #expect(queue.workerEnded(100) == false)
        #expect(queue.giveBack(Job(id: 3), now: self.start + .seconds(3)) == .wait(armTimer: nil))
        #expect(self.job(queue.take(101)) == 3)
        // A worker that ended gets nothing, even if it asks.
        guard case .end = queue.take(100) else {
            Issue.record("a dead worker got something")
            return
        }
        queue.forget(100)
        // The close fails what waits and ends who idles.
        let left = queue.close()
        #expect(left.jobs == [Job(id: 4)])
        #expect(left.idle.isEmpty)
        #expect(queue.submit(Job(id: 5), now: self.start) == .closed)
    }

    @Test("a job that nobody waits for stands back until the line is empty, and somebody who comes for it changes that")
    func patience() {
        var queue = Self.queue(capacity: 2)
        #expect(queue.submitPatiently(Job(id: 1)) == .wait(armTimer: nil))
        #expect(queue.submitPatiently(Job(id: 2)) == .wait(armTimer: nil))
        #expect(queue.submitPatiently(Job(id: 3)) == .full)
        #expect(queue.submit(Job(id: 4), now: self.start) == .wait(armTimer: self.start + .seconds(10)))
        #expect(queue.submit(Job(id: 5), now: self.start) == .wait(armTimer: nil), "the others take no place from it")
        #expect(queue.promote(2, now: self.start + .seconds(1)) == nil, "the timer is set")
        #expect(queue.promote(9, now: self.start) == nil)
        #expect([100, 100, 100, 100].map { self.job(queue.take($0)) } == [4, 5, 2, 1])
        #expect(self.job(queue.take(100)) == nil)
        #expect(queue.submitPatiently(Job(id: 6)) == .handOver(to: 100))
        // They wait as long as it takes, and go with the rest.
        _ = queue.submitPatiently(Job(id: 7))
        #expect(queue.timerFired(now: self.start + .seconds(1000)).expired == [])
        #expect(queue.withdraw(7) == Job(id: 7))
        _ = queue.submitPatiently(Job(id: 8))
        #expect(queue.promote(8, now: self.start) == self.start + .seconds(10))
        _ = queue.submitPatiently(Job(id: 9))
        #expect(queue.close().jobs == [Job(id: 8), Job(id: 9)])
        #expect(queue.submitPatiently(Job(id: 10)) == .closed)
    }

    @Test("one job more than may wait is refused, but one given back is not")
    func capacity() {
        var queue = Self.queue(capacity: 2)
        _ = queue.submit(Job(id: 1), now: self.start)
        _ = queue.submit(Job(id: 2), now: self.start)
        #expect(queue.submit(Job(id: 3), now: self.start) == .full)
        #expect(queue.giveBack(Job(id: 4), now: self.start) == .wait(armTimer: nil))
        #expect(self.job(queue.take(1)) == 4)
        #expect(self.job(queue.take(1)) == 1)
    }

    @Test("jobs expire in their order, and the timer follows the next one")
    func expiry() {
        var queue = Self.queue()
        _ = queue.submit(Job(id: 1), now: self.start)
        _ = queue.submit(Job(id: 2), now: self.start + .seconds(4))
        let first = queue.timerFired(now: self.start + .seconds(10))
        #expect(first.expired == [Job(id: 1)])
        #expect(first.armTimer == self.start + .seconds(14))
        let second = queue.timerFired(now: self.start + .seconds(14))
        #expect(second.expired == [Job(id: 2)])
        #expect(second.armTimer == nil)
        // The next job arms it again.
        #expect(queue.submit(Job(id: 3), now: self.start + .seconds(20)) == .wait(armTimer: self.start + .seconds(30)))
    }

    @Test("the timer of a job that was served meanwhile does no harm")
    func staleTimer() {
        var queue = Self.queue()
        _ = queue.submit(Job(id: 1), now: self.start)
        #expect(self.job(queue.take(7)) == 1)
        #expect(queue.submit(Job(id: 2), now: self.start + .seconds(9)) == .wait(armTimer: nil))
        let fired = queue.timerFired(now: self.start + .seconds(10))
        #expect(fired.expired.isEmpty)
        #expect(fired.armTimer == self.start + .seconds(19))
    }

    @Test("a withdrawn job is gone, once")
    func withdrawal() {
        var queue = Self.queue()
        _ = queue.submit(Job(id: 1), now: self.start)
        #expect(queue.withdraw(1) == Job(id: 1))
        #expect(queue.withdraw(1) == nil)
        #expect(queue.withdraw(99) == nil)
        #expect(queue.waitingCount == 0)
    }

    @Test("an idle worker whose process ended is not handed a job")
    func idleDeath() {
        var queue = Self.queue()
        _ = queue.take(1)
        _ = queue.take(2)
        #expect(queue.workerEnded(2) == true)
        #expect(queue.workerEnded(2) == false)
        #expect(queue.submit(Job(id: 1), now: self.start) == .handOver(to: 1))
        #expect(queue.submit(Job(id: 2), now: self.start) == .wait(armTimer: self.start + .seconds(10)))
    }
}
