import Glibc
import Logging
import MediaCore
import MediaTesting
import MediaWorkers
import Testing

extension WorkerProcessTests {
    @Suite("The worker pool", .serialized, .timeLimit(.minutes(2)))
    struct WorkerPoolTests {
        @Test("inspects and renders in another process, with descriptors only")
        func works() async throws {
            try await PoolFixture.with { fixture in
                try await fixture.expect("size", says: "8-harmless")
                #expect(try await fixture.say("process") != "\(getpid())")
                let output = try fixture.file("")
                let facts = try await fixture.pool.render(fixture.file(), into: output, Self.request("image/png"))
                #expect(facts.dimensions == PixelSize(width: 100, height: 100))
                #expect(fixture.text(of: output) == "picture")
            }
        }

        @Test("the offset of the requester's descriptor is its own")
        func offsets() async throws {
            try await PoolFixture.with { fixture in
                let file = try fixture.file("0123456789")
                lseek(file.descriptor, 4, SEEK_SET)
                _ = try await fixture.pool.inspect(file, allowedTypes: ["size"], limits: PoolFixture.imageLimits)
                #expect(lseek(file.descriptor, 0, SEEK_CUR) == 4)
            }
        }

        @Test("answers of sound numbers arrive whole")
        func numbers() async throws {
            try await PoolFixture.with { fixture in
                let found = try await fixture.pool.inspect(
                    fixture.file(),
                    allowedTypes: ["numbers:good"],
                    limits: PoolFixture.imageLimits
                )
                let expected = Inspection(
                    type: .png,
                    dimensions: PixelSize(width: 3, height: 4),
                    durationSeconds: 1.5,
                    frames: 2
                )
                #expect(found == expected)
            }
        }

        @Test("says once what is in force")
        func report() async throws {
            try await PoolFixture.with(count: 2) { fixture in
                try await requireEventually { fixture.pool.status.liveWorkers == 2 }
                let lines = fixture.log.lines("worker sandbox in force")
                #expect(lines.count == 1)
                #expect(lines.first?.metadata["seccomp"] == "true")
                #expect(lines.first?.metadata["address_space"] == "2 GiB")
                #expect(lines.first?.metadata["user_id"] == (getuid() == 0 ? "65534" : "\(getuid())"))
            }
        }

        @Test("a sandbox with gaps is a warning that names them")
        func gaps() async throws {
            try await PoolFixture.with(["unprotected"]) { fixture in
                try await fixture.expect("size", says: "8-harmless")
                let warning = fixture.log.lines("worker sandbox incomplete").first
                #expect(warning?.level == .warning)
                #expect(warning?.metadata["missing"]?.contains("seccomp: switched off") == true)
                #expect(warning?.metadata["missing"]?.contains("Landlock: switched off") == true)
            }
        }

        @Test("many jobs at once, more than workers, all get their own answer")
        func crowd() async throws {
            try await PoolFixture.with(count: 3) { fixture in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            let file = try fixture.file("job \(number)")
                            let found = try await fixture.pool.inspect(
                                file,
                                allowedTypes: ["size"],
                                limits: PoolFixture.imageLimits
                            )
                            let text = "job \(number)"
                            #expect(found.type.essence == "text/\(text.utf8.count)-job-\(number)")
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        @Test("a worker is replaced after its number of jobs, and no job notices")
        func recycling() async throws {
            try await PoolFixture.with(limits: WorkerLimits(jobsPerWorker: 3)) { fixture in
                var processes: [String: Int] = [:]
                for _ in 0..<9 { processes[try await fixture.say("process"), default: 0] += 1 }
                #expect(processes.count == 3)
                #expect(processes.values.allSatisfy { $0 == 3 })
            }
        }

        @Test("a job that waits too long, and one that finds the line full, are told to come again")
        func waiting() async throws {
            let limits = WorkerLimits(maximumWaitingJobs: 1, maximumWait: .milliseconds(300))
            try await PoolFixture.with(limits: limits) { fixture in
                try await requireEventually { fixture.pool.status.idleWorkers == 1 }
                let hog = Task { try await fixture.say("sleep-briefly") }
                try await requireEventually { fixture.pool.status.idleWorkers == 0 }
                let second = Task { try await fixture.error("size").code }
                try await requireEventually { fixture.pool.status.waitingJobs == 1 }
                try await fixture.expect("size", failsWith: .busy)
                #expect(try await second.value == .busy)
                #expect(try await hog.value == "nothing")
                try await fixture.expect("size", says: "8-harmless")
            }
        }

        @Test("a requester that goes away leaves the line, and costs no worker")
        func cancellation() async throws {
            try await PoolFixture.with { fixture in
                try await requireEventually { fixture.pool.status.idleWorkers == 1 }
                let process = try await fixture.say("process")
                // The answer comes a moment before the worker is idle again.
                try await requireEventually { fixture.pool.status.idleWorkers == 1 }
                let running = Task { try await fixture.say("sleep-briefly") }
                try await requireEventually { fixture.pool.status.idleWorkers == 0 }
                let waiting = Task { try await fixture.error("abort") }
                try await requireEventually { fixture.pool.status.waitingJobs == 1 }
                waiting.cancel()
                #expect(try await waiting.value.cause is CancellationError)
                #expect(fixture.pool.status.waitingJobs == 0)
                running.cancel()
                #expect(try await running.value == "nothing")
                try await fixture.expect("process", says: process)
            }
        }

        static func request(_ deed: String) -> RenditionRequest {
            RenditionRequest(
                sourceType: MediaType(deed),
                recipe: .picture(PictureRecipe(width: 100, height: 100, format: .webp)),
                limits: PoolFixture.imageLimits
            )
        }
    }
}
