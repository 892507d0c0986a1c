import MediaCore
import MediaEngine
import MediaTesting
import Synchronization
import Testing

@Suite("Renditions")
struct RenditionTests {
    private struct Studio {
        let fixture: EngineFixture
        let renderer: StubRenderer
        let service: RenditionService
        let original: FileService.Opened

        init(
            isOpen: Bool = true,
            text: String = "jpeg original",
            plan: FaultPlan = .harmless(),
            now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
        ) async throws {
            self.renderer = StubRenderer(isOpen: isOpen)
            self.fixture = try EngineFixture(TemporaryRoot(), plan: plan, renderer: self.renderer, now: now)
            self.service = self.fixture.renditions
            let file = try await self.fixture.upload(text)
            self.original = try await self.fixture.files.open(file.path)
        }

        /// What the stub writes for ``key(_:_:)``.
        static let text = "92x-q80-v\(PictureRecipe.version).webp of 13 bytes"

        func key(_ preset: String = "w92", _ format: RenditionFormat = .webp) throws -> RenditionKey {
            try self.service.key(for: self.original.record, RenditionOptions(preset: preset), format: format)
        }

        func text(_ key: RenditionKey) async throws -> String {
            String(
                decoding: OpenFileBytes.read(try await self.service.rendition(key, of: self.original).content),
                as: UTF8.self
            )
        }
    }

    @Test("100 requests at once make one render, and all get its bytes")
    func singleFlight() async throws {
        let studio = try await Studio(isOpen: false)
        let key = try studio.key()
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await studio.text(key) } }
            #expect(try await eventually { studio.renderer.requests.count == 1 })
            studio.renderer.open()
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(texts == [Studio.text])
        #expect(studio.renderer.requests.count == 1)
        _ = try await studio.text(key)
        #expect(studio.renderer.requests.count == 1)
        _ = try await studio.text(try studio.key("w92", .jpeg))
        #expect(studio.renderer.requests.count == 2)
        #expect(studio.fixture.root.tree("staging") == [])
        #expect(studio.renderer.requests.first?.sourceType == .jpeg)
    }

    @Test("The first requester going away does not fail the others")
    func leaving() async throws {
        let studio = try await Studio(isOpen: false)
        let key = try studio.key()
        let first = Task { try await studio.text(key) }
        #expect(try await eventually { studio.renderer.requests.count == 1 })
        let second = Task { try await studio.text(key) }
        first.cancel()
        studio.renderer.open()
        #expect(try await second.value == Studio.text)
        _ = await first.result
        #expect(studio.renderer.requests.count == 1)
        #expect(studio.fixture.root.tree("staging") == [])
    }

    @Test("What is made ahead stands back until somebody asks for it")
    func urgency() async throws {
        let studio = try await Studio(isOpen: false)
        let key = try studio.key()
        let ahead = Task { try await studio.service.rendition(key, of: studio.original, isAhead: true) }
        #expect(try await eventually { studio.renderer.urgencies == [false] })
        let asked = Task { try await studio.service.rendition(key, of: studio.original) }
        #expect(try await eventually { studio.renderer.urgencies == [true] })
        studio.renderer.open()
        _ = try await (ahead.value, asked.value)
        #expect(studio.renderer.requests.count == 1)
    }

    @Test("A failure goes to everyone who waits, is remembered for a while, and leaves nothing in staging")
    func failure() async throws {
        let time = Mutex(ContinuousClock.now)
        let studio = try await Studio(isOpen: false, now: { time.withLock { $0 } })
        let key = try studio.key()
        studio.renderer.failNext(with: [MediaError(.processingFailed, "The worker died.")])
        let codes = try await withThrowingTaskGroup(of: MediaError.Code?.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await code { () async throws(MediaError) in
                        _ = try await studio.service.rendition(key, of: studio.original)
                    }
                }
            }
            // Only those that wait for this render share its failure, so all ten must be under way.
            #expect(try await eventually { studio.renderer.requests.count == 1 })
            studio.renderer.open()
            return try await group.reduce(into: [MediaError.Code?]()) { $0.append($1) }
        }
        #expect(codes == Array(repeating: .processingFailed, count: 10))
        #expect(studio.renderer.requests.count == 1)
        #expect(studio.fixture.root.tree("staging") == [])
        // Another picture of the same file is another matter.
        _ = try await studio.text(try studio.key("w92", .jpeg))
        time.withLock { $0 += .seconds(60) }
        #expect(try await studio.text(key) == Studio.text)
    }

    @Test("A failure that has nothing to do with the file is not remembered")
    func passing() async throws {
        let studio = try await Studio()
        let key = try studio.key()
        studio.renderer.failNext(with: [MediaError(.busy, "Full.")])
        let found = await code { () async throws(MediaError) in
            _ = try await studio.service.rendition(key, of: studio.original)
        }
        #expect(found == .busy)
        #expect(try await studio.text(key) == Studio.text)
    }

    @Test(
        "A render that fails on the way to disk leaves nothing and is made again",
        arguments: [
            "store.stage", "staged.open", "staged.synchronizeForeignBytes", "store.storeRendition",
            "store.openRendition",
        ]
    )
    func faults(_ call: String) async throws {
        let plan = FaultPlan(failing: 1, mode: .refused, only: call)
        let studio = try await Studio(plan: plan)
        plan.arm()
        let key = try studio.key()
        let found = await code { () async throws(MediaError) in
            _ = try await studio.service.rendition(key, of: studio.original)
        }
        #expect(found == .storageUnavailable)
        #expect(studio.fixture.root.tree("staging") == [])
        #expect(try await studio.text(key) == Studio.text)
    }

    @Test("Presets are the collection's, and only pictures have them")
    func presets() async throws {
        let studio = try await Studio()
        do {
            _ = try studio.service.key(for: studio.original.record, RenditionOptions(preset: "w9999"), format: .webp)
            Issue.record("no such preset")
        } catch {
            #expect(error.code == .unknownPreset)
            #expect(error.details["allowed"] == ["w92", "w342"])
        }
        let video = SampleRecords.file("1", in: "videos", type: .mp4)
        #expect(studio.service.presets(of: video) == [])
        #expect(throws: MediaError.self) {
            try studio.service.key(for: video, RenditionOptions(preset: "w92"), format: .webp)
        }
        let odd = SampleRecords.file("1", in: "posters", type: .pdf)
        #expect(throws: MediaError.self) {
            try studio.service.key(for: odd, RenditionOptions(preset: "w92"), format: .webp)
        }
        #expect(studio.service.presets(of: SampleRecords.file("1", in: "gone")) == [])
    }

    @Test("The warmer makes every preset in every format, and goes on after a failure")
    func warmer() async throws {
        let studio = try await Studio()
        let queue = WarmingQueue(renditions: studio.service, capacity: 10)
        let warmer = RenditionWarmer(
            queue: queue,
            files: studio.fixture.files,
            renditions: studio.service,
            feed: studio.fixture.memory,
            changes: studio.fixture.changes,
            logger: quietLogger
        )
        let run = Task { try await warmer.run() }
        defer { run.cancel() }
        studio.renderer.failNext(with: [MediaError(.internalError, "no")])
        queue.add(studio.original.record)
        // The first of six fails, and the others are on their way in the same job.
        #expect(try await eventually { studio.fixture.root.tree("renditions").count == 5 })
        queue.add(SampleRecords.file("gone"))
        let pdf = try await studio.fixture.upload("pdf", to: "documents", "d")
        queue.add(pdf)
        queue.add(studio.original.record)
        // Two presets as AVIF, WebP and JPEG each, and one render that failed.
        #expect(try await eventually { studio.fixture.root.tree("renditions").count == 6 })
        #expect(studio.renderer.requests.count == 7)
        #expect(studio.renderer.urgencies.allSatisfy { !$0 })
        #expect(studio.fixture.root.tree("staging") == [])
        run.cancel()
        try await run.value
    }
}
