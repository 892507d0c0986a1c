import Logging
import MediaCore
import MediaTesting
import MediaWorkers
import Testing

extension WorkerProcessTests {
    @Suite("Beginnings and ends of the pool", .serialized, .timeLimit(.minutes(2)))
    struct WorkerPoolEndTests {
        @Test("jobs sent before the pool runs wait for it; jobs sent after it are refused")
        func beforeAndAfter() async throws {
            let log = LogRecorder()
            let pool = WorkerPool(
                executable: PoolFixture.probe,
                arguments: [],
                count: 1,
                limits: WorkerLimits(),
                logger: Logger(label: "test") { _ in RecordingLogHandler(recorder: log) }
            )
            let file = OpenFile(
                descriptor: 0,
                identity: FileIdentity(size: ByteCount(bytes: 1), modifiedAt: Timestamp(microseconds: 0))
            ) { _ in }
            let early = Task { try await pool.inspect(file, allowedTypes: ["user"], limits: PoolFixture.imageLimits) }
            try await requireEventually { pool.status.waitingJobs == 1 }
            let running = Task { try await pool.run() }
            #expect(try await early.value.type.essence.hasPrefix("text/"))
            running.cancel()
            try await running.value
            do {
                _ = try await pool.inspect(file, allowedTypes: ["user"], limits: PoolFixture.imageLimits)
                Issue.record("a closed pool took a job")
            } catch {
                #expect(error.code == .busy)
            }
        }

        @Test("a stop fails the running and the waiting jobs, and leaves no process and no descriptor behind")
        func stop() async throws {
            // Subprocess opens its own descriptors once.
            try await PoolFixture.with { fixture in _ = try await fixture.say("size") }
            let before = ProcessTable.openDescriptors
            try await PoolFixture.with(count: 2) { fixture in
                try await requireEventually { fixture.pool.status.idleWorkers == 2 }
                let jobs = (0..<4).map { _ in Task { try await fixture.error("sleep") } }
                try await requireEventually { fixture.pool.status.waitingJobs == 2 }
                return jobs
            }
            .asyncForEach { job in
                let error = try await job.value
                #expect([.processingFailed, .busy].contains(error.code))
            }
            try await requireEventually { ProcessTable.children(named: "worker-probe").isEmpty }
            try await requireEventually { ProcessTable.openDescriptors <= before }
        }

        @Test("a program that is not there is a mistake of the set-up")
        func missingProgram() async throws {
            let pool = WorkerPool(
                executable: "/nowhere/mediad",
                arguments: [],
                count: 1,
                limits: WorkerLimits(),
                logger: Logger(label: "test") { _ in RecordingLogHandler(recorder: LogRecorder()) }
            )
            await #expect(throws: MediaError.self) { try await pool.run() }
        }

        @Test("workers that cannot start are tried again, ever more slowly, with the reason in the log")
        func failingStart() async throws {
            let limits = WorkerLimits(maximumWait: .seconds(1))
            try await PoolFixture.with(["no-start"], limits: limits) { fixture in
                try await fixture.expect("size", failsWith: .busy)
                let lost = fixture.log.lines("worker lost")
                #expect((2...6).contains(lost.count), "\(lost.count) attempts in a second")
                #expect(lost.first?.metadata["reason"]?.contains("no magic database") == true)
            }
        }

        @Test("workers that start and end without a job are tried again ever more slowly, too")
        func dyingEarly() async throws {
            try await PoolFixture.with(["die-early"]) { fixture in
                let start = ContinuousClock.now
                try await requireEventually { fixture.log.lines("worker lost").count == 4 }
                // Clock: the pauses are what spares the machine: 100, 200 and 400 ms.
                #expect(ContinuousClock.now - start > .milliseconds(700))
            }
        }

        @Test("a worker that starts a thread before the sandbox is refused")
        func threadFirst() async throws {
            let limits = WorkerLimits(maximumWait: .seconds(1))
            try await PoolFixture.with(["thread-first"], limits: limits) { fixture in
                try await fixture.expect("size", failsWith: .busy)
                try await requireEventually {
                    fixture.log.lines("worker lost").contains {
                        $0.metadata["output"]?.contains("before it starts threads") == true
                    }
                }
            }
        }
    }
}

extension Array {
    fileprivate func asyncForEach(_ body: (Element) async throws -> Void) async rethrows {
        for element in self { try await body(element) }
    }
}
