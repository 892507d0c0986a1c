import Glibc
import Logging
import MediaCore
import MediaTesting
import MediaWorkers
import Testing

extension WorkerProcessTests {
    /// Each deed costs its own job, and nothing else: the next job is served, nobody is left behind.
    @Suite("Workers that crash, hang, eat and lie", .serialized, .timeLimit(.minutes(3)))
    struct WorkerHarmTests {
        static let limits = WorkerLimits(
            addressSpace: .mebibytes(768),
            cpuTimePerJob: .seconds(1),
            // Far more than the processor time: on a busy machine that must still run out first.
            wallTimePerJob: .seconds(25),
            maximumWait: .seconds(40)
        )

        @Test(
            "a crash names the signal in the cause",
            arguments: [
                ("abort", "SIGABRT"), ("segfault", "SIGSEGV"), ("trap", "signal"), ("exit:0", "exit code 0"),
                ("exit:3", "exit code 3"), ("spin", "SIGXCPU"), ("eat", "SIGABRT"),
            ]
        )
        func crash(_ deed: String, _ cause: String) async throws {
            try await self.expect(deed, .processingFailed, cause: cause)
        }

        @Test("a worker that never answers is killed at the wall-time limit, which the message names")
        func hang() async throws {
            var limits = Self.limits
            limits.wallTimePerJob = .seconds(2)
            try await PoolFixture.with(limits: limits) { fixture in
                // The probe sleeps for ever: only its limit ends the job.
                let error = try await fixture.error("sleep")
                #expect(error.code == .processingFailed)
                #expect(error.message.contains("longer than 2 seconds"))
                #expect("\(error.cause.map { "\($0)" } ?? "")".contains("did not answer in time"))
                try await fixture.expect("size", says: "8-harmless")
            }
        }

        @Test(
            "what no sound worker says costs the worker its life",
            arguments: [
                ("send:garbage", "no answer"), ("send:deep", "no answer"), ("send:null", "no answer"),
                ("send:descriptor", "carries descriptors"),
                ("type:image/png\r\nX-Evil: 1", "media type"), ("type:", "media type"),
                ("numbers:negative", "dimensions"),
                ("numbers:zero", "dimensions"), ("numbers:huge", "dimensions"), ("numbers:duration", "duration"),
                ("numbers:past", "duration"), ("numbers:frames", "frame"), ("send:long", ""), ("close-socket", ""),
            ]
        )
        func lies(_ deed: String, _ cause: String) async throws {
            try await self.expect(deed, .processingFailed, cause: cause)
        }

        @Test("an answer that was not asked for is not taken for the next job's")
        func extraAnswer() async throws {
            try await PoolFixture.with(limits: Self.limits) { fixture in
                // Job 1 gets the forged answer; its real one lies ready when job 2 comes.
                try await fixture.expect("send:answer", says: "forged")
                let second = try await fixture.error("size")
                #expect(second.code == .processingFailed)
                try await fixture.expect("size", says: "8-harmless")
            }
        }

        @Test("errors of the decoder arrive cleaned and cut, with codes from the list only")
        func errors() async throws {
            try await PoolFixture.with(limits: Self.limits) { fixture in
                let process = try await fixture.say("process")
                let damaged = try await fixture.error("fail:file_damaged")
                #expect(damaged.code == .fileDamaged)
                #expect(damaged.message == "a [31mred  lie")
                try await fixture.expect("fail:not_found", failsWith: .processingFailed)
                let flood = try await fixture.error("flood")
                #expect(flood.message.count == 500)
                #expect(flood.details == ["found": ["a b"]])
                // An error is no reason to replace a worker.
                try await fixture.expect("process", says: process)
            }
        }

        @Test("a million printed lines: twenty are logged, the rest are counted, the job succeeds")
        func printing() async throws {
            try await PoolFixture.with(limits: WorkerLimits()) { fixture in
                try await fixture.expect("print:1000000", says: "nothing")
                try await fixture.expect("size", says: "8-harmless")
                try await requireEventually { fixture.log.lines("worker output").count >= 20 }
                let lines = fixture.log.lines("worker output")
                #expect(lines.count <= 40)
                #expect(lines.allSatisfy { $0.level == .debug && $0.metadata["line"]?.contains("\u{1b}") == false })
            }
        }

        @Test("the rendition is checked: empty, impossible and over-long output is an error")
        func renditions() async throws {
            let limits = WorkerLimits(outputSize: .mebibytes(5))
            try await PoolFixture.with(limits: limits) { fixture in
                for (deed, part) in [
                    ("image/empty", "empty"), ("image/huge", ""), ("image/too-large", ""), ("image/too-much", ""),
                ] {
                    do {
                        _ = try await fixture.pool.render(
                            fixture.file(),
                            into: fixture.file(""),
                            WorkerPoolTests.request(deed)
                        )
                        Issue.record("\(deed) was accepted")
                    } catch let error as MediaError {
                        #expect(error.code == .processingFailed)
                        #expect(error.message.contains(part))
                        if deed == "image/too-much" { #expect(error.message.contains("errno \(EFBIG)")) }
                    }
                }
                let output = try fixture.file("")
                _ = try await fixture.pool.render(
                    fixture.file(),
                    into: output,
                    WorkerPoolTests.request("image/read-output")
                )
                #expect(fixture.text(of: output) == "errno \(EBADF)")
            }
        }

        @Test("an idle worker that is killed costs no job")
        func idleDeath() async throws {
            try await PoolFixture.with(limits: Self.limits) { fixture in
                for round in 1...5 {
                    let process = try await fixture.say("process")
                    kill(pid_t(process) ?? 0, SIGKILL)
                    try await requireEventually { fixture.log.lines("worker lost").count == round }
                    #expect(try await fixture.say("process") != process)
                }
            }
        }

        @Test("a job that its worker did not live to receive is given to the next one")
        func deathBeforeReceipt() async throws {
            try await PoolFixture.with(limits: Self.limits) { fixture in
                for _ in 0..<5 {
                    let process = try await fixture.say("process")
                    kill(pid_t(process) ?? 0, SIGSTOP)
                    try await requireEventually { ProcessTable.children(named: "worker-probe").contains("T") }
                    let job = Task { try await fixture.say("process") }
                    try await requireEventually { fixture.pool.status.idleWorkers == 0 }
                    kill(pid_t(process) ?? 0, SIGKILL)
                    #expect(try await job.value != process)
                }
            }
        }

        @Test("fifty crashes among a hundred jobs: each job gets its own end, and no descriptor or zombie stays")
        func storm() async throws {
            try await PoolFixture.with { fixture in _ = try await fixture.say("size") }
            let before = ProcessTable.openDescriptors
            try await PoolFixture.with(count: 2) { fixture in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            if number.isMultiple(of: 2) {
                                try await fixture.expect("abort", failsWith: .processingFailed)
                            } else {
                                try await fixture.expect("size", says: "8-harmless")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                try await requireEventually {
                    ProcessTable.children(named: "worker-probe").filter { $0 == "Z" }.isEmpty
                }
            }
            try await requireEventually { ProcessTable.children(named: "worker-probe").isEmpty }
            try await requireEventually { ProcessTable.openDescriptors <= before }
        }

        @discardableResult
        private func expect(_ deed: String, _ code: MediaError.Code, cause: String) async throws -> MediaError {
            try await PoolFixture.with(limits: Self.limits) { fixture in
                try await fixture.expect("size", says: "8-harmless")
                let error = try await fixture.error(deed)
                #expect(error.code == code)
                let found = error.cause.map { "\($0)" } ?? ""
                #expect(found.contains(cause), "the cause is: \(found)")
                try await fixture.expect("size", says: "8-harmless")
                try await requireEventually { !ProcessTable.children(named: "worker-probe").contains("Z") }
                return error
            }
        }
    }
}
