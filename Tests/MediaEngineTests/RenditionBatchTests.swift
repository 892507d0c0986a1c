import MediaCore
import MediaEngine
import MediaTesting
import Synchronization
import Testing

@Suite("Renditions made ahead in one job")
struct RenditionBatchTests {
    /// Notes what is asked for in one job, and may lose one on the way.
    private final class Jobs: Renderer {
        let stub: StubRenderer
        let maximumBatch: Int
        private let state = Mutex((sizes: [Int](), losesAfter: Int?.none))

        init(isOpen: Bool = true, maximumBatch: Int = 24) {
            self.stub = StubRenderer(isOpen: isOpen)
            self.maximumBatch = maximumBatch
        }

        /// How many renditions each job had.
        var sizes: [Int] { self.state.withLock { $0.sizes } }

        /// The next job ends when so many of its renditions have come.
        func loseNext(after count: Int) { self.state.withLock { $0.losesAfter = count } }

        func render(
            _ source: OpenFile,
            into output: OpenFile,
            _ request: RenditionRequest,
            urgency: JobUrgency
        ) async throws(MediaError) -> RenditionFacts {
            try await self.stub.render(source, into: output, request, urgency: urgency)
        }

        func render(
            _ source: OpenFile,
            into outputs: [OpenFile],
            _ batch: RenditionBatch,
            urgency: JobUrgency,
            each: @Sendable (Int, Result<RenditionFacts, MediaError>) async -> Void
        ) async throws(MediaError) {
            let end = self.state.withLock { state in
                state.sizes.append(outputs.count)
                defer { state.losesAfter = nil }
                return state.losesAfter
            }
            let came = Array(outputs.prefix(end ?? outputs.count))
            try await self.stub.render(source, into: came, batch, urgency: urgency, each: each)
            if came.count < outputs.count { throw MediaError(.processingFailed, "The worker died.") }
        }
    }

    private struct Studio {
        let fixture: EngineFixture
        let jobs: Jobs
        let file: MediaFile
        let original: FileService.Opened

        init(_ jobs: Jobs = Jobs(), plan: FaultPlan = .harmless()) async throws {
            self.jobs = jobs
            self.fixture = try EngineFixture(TemporaryRoot(), plan: plan, renderer: jobs)
            self.file = try await self.fixture.upload("jpeg original")
            self.original = try await self.fixture.files.open(self.file.path)
        }

        /// Has the presets of files made until `body` returns.
        func warming(_ body: (WarmingQueue) async throws -> Void) async throws {
            let queue = WarmingQueue(renditions: self.fixture.renditions, capacity: 10)
            let warmer = RenditionWarmer(
                queue: queue,
                files: self.fixture.files,
                renditions: self.fixture.renditions,
                feed: self.fixture.memory,
                changes: self.fixture.changes,
                logger: quietLogger
            )
            let run = Task { try await warmer.run() }
            defer { run.cancel() }
            try await body(queue)
            run.cancel()
            try await run.value
        }

        var made: Int { self.fixture.root.tree("renditions").count }

        /// The presets that the feed says are there.
        func noted() async throws -> [String] {
            let page = try await self.fixture.memory.page(
                after: nil,
                filter: .all,
                limit: 100,
                end: .change
            )
            return page.events.filter { $0.kind == .renditionReady }.compactMap(\.detail)
        }

        func key(_ preset: String, _ format: RenditionFormat) throws -> RenditionKey {
            let options = RenditionOptions(preset: preset)
            return try self.fixture.renditions.key(for: self.file, options, format: format)
        }

        func code(of key: RenditionKey) async -> MediaError.Code? {
            await MediaEngineTests.code { () async throws(MediaError) in
                _ = try await self.fixture.renditions.rendition(key, of: self.original)
            }
        }
    }

    @Test("All presets in all formats are one job, and each preset is a change of the feed")
    func oneJob() async throws {
        let studio = try await Studio()
        try await studio.warming { queue in
            queue.add(studio.file)
            try await requireEventually { try await studio.noted() == ["w92", "w342"] }
        }
        #expect(studio.jobs.sizes == [6])
        #expect(studio.made == 6)
        #expect(studio.fixture.root.tree("staging") == [])
    }

    @Test("More than a job may have are several")
    func bounded() async throws {
        let studio = try await Studio(Jobs(maximumBatch: 4))
        try await studio.warming { queue in
            queue.add(studio.file)
            try await requireEventually { try await studio.noted() == ["w92", "w342"] }
        }
        #expect(studio.jobs.sizes == [4, 2])
    }

    @Test("What is there already is not made again")
    func partly() async throws {
        let studio = try await Studio()
        _ = try await studio.fixture.renditions.rendition(studio.key("w92", .webp), of: studio.original)
        try await studio.warming { queue in
            queue.add(studio.file)
            try await requireEventually { try await studio.noted() == ["w92", "w342"] }
            queue.add(studio.file)
            try await requireEventually { try await studio.noted().count == 4 }
        }
        #expect(studio.jobs.sizes == [5])
        #expect(studio.fixture.root.tree("staging") == [])
    }

    @Test("Who asks for one of them meanwhile waits for the same job, which is urgent from then on")
    func asked() async throws {
        let studio = try await Studio(Jobs(isOpen: false))
        try await studio.warming { queue in
            queue.add(studio.file)
            #expect(try await eventually { studio.jobs.stub.urgencies == [false] })
            let key = try studio.key("w342", .webp)
            let asked = Task { await studio.code(of: key) }
            #expect(try await eventually { studio.jobs.stub.urgencies == [true] })
            studio.jobs.stub.open()
            #expect(await asked.value == nil)
            #expect(try await eventually { studio.made == 6 })
        }
        #expect(studio.jobs.stub.requests.count == 6)
    }

    @Test("One that fails costs its preset only")
    func oneFails() async throws {
        let studio = try await Studio()
        studio.jobs.stub.failNext(with: [MediaError(.processingFailed, "Too much.")])
        try await studio.warming { queue in
            queue.add(studio.file)
            try await requireEventually { try await studio.noted() == ["w342"] }
        }
        #expect(studio.made == 5)
        #expect(studio.fixture.root.tree("staging") == [])
        // It is remembered.
        let failed = try studio.key("w92", .avif)
        #expect(await studio.code(of: failed) == .processingFailed)
        #expect(studio.jobs.stub.requests.count == 6)
    }

    @Test("A job that is lost keeps what had come, and only the one that it was lost on is remembered")
    func lost() async throws {
        let studio = try await Studio(Jobs(maximumBatch: 5))
        studio.jobs.loseNext(after: 3)
        try await studio.warming { queue in
            queue.add(studio.file)
            try await requireEventually { try await studio.noted() == ["w92"] }
            #expect(try await eventually { studio.fixture.root.tree("staging") == [] })
        }
        #expect(studio.made == 3)
        // Nothing of the same file was tried in another job.
        #expect(studio.jobs.sizes == [5])
        let (guilty, innocent) = (try studio.key("w342", .avif), try studio.key("w342", .webp))
        #expect(await studio.code(of: guilty) == .processingFailed)
        #expect(studio.jobs.stub.requests.count == 3)
        #expect(await studio.code(of: innocent) == nil)
        #expect(studio.jobs.stub.requests.count == 4)
    }

    @Test(
        "One that cannot be kept costs no other",
        arguments: ["staged.synchronizeForeignBytes", "store.storeRendition"]
    )
    func unkept(_ call: String) async throws {
        let plan = FaultPlan(failing: 1, mode: .refused, only: call)
        let studio = try await Studio(plan: plan)
        plan.arm()
        try await studio.warming { queue in
            queue.add(studio.file)
            try await requireEventually { try await studio.noted() == ["w342"] }
        }
        #expect(studio.made == 5)
        #expect(studio.fixture.root.tree("staging") == [])
    }

    @Test("Without room for its outputs no job begins, and nothing is left", arguments: ["store.stage", "staged.open"])
    func noRoom(_ call: String) async throws {
        let plan = FaultPlan(failing: 3, mode: .refused, only: call)
        let studio = try await Studio(plan: plan)
        plan.arm()
        try await studio.warming { queue in
            queue.add(studio.file)
            // The second time there is room.
            queue.add(studio.file)
            try await requireEventually { try await studio.noted() == ["w92", "w342"] }
        }
        #expect(studio.jobs.sizes == [6])
        #expect(studio.fixture.root.tree("staging") == [])
    }
}
