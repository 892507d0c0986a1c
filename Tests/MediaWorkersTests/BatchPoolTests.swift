import Glibc
import MediaCore
import MediaTesting
import Synchronization
import Testing

@testable import MediaWorkers

extension WorkerProcessTests {
    @Suite("A job of several renditions", .serialized, .timeLimit(.minutes(2)))
    struct BatchPoolTests {
        @Test("brings each in its output, in their order")
        func works() async throws {
            try await PoolFixture.with { fixture in
                let made = try await Self.render(fixture, "image/png", count: 24)
                #expect(made.error == nil)
                #expect(made.codes == Array(repeating: nil, count: 24))
                #expect(made.texts == Array(repeating: "picture", count: 24))
                try await fixture.expect("size", says: "8-harmless")
            }
        }

        @Test("goes on behind one that fails, or comes out empty")
        func failing() async throws {
            try await PoolFixture.with { fixture in
                let process = try await fixture.say("process")
                let failed = try await Self.render(fixture, "image/png|1|fail:image_too_large", count: 3)
                #expect(failed.error == nil)
                #expect(failed.codes == [nil, .imageTooLarge, nil])
                #expect(failed.texts == ["picture", "", "picture"])
                let empty = try await Self.render(fixture, "image/png|2|image/empty", count: 3)
                #expect(empty.codes == [nil, nil, .processingFailed])
                // None of it is a reason to replace a worker.
                try await fixture.expect("process", says: process)
            }
        }

        @Test(
            "that loses its worker keeps what had come",
            arguments: ["abort", "spin", "sleep", "send:garbage", "send:descriptor", "image/too-large", "close-socket"]
        )
        func lost(_ deed: String) async throws {
            var limits = WorkerHarmTests.limits
            // The probe sleeps for ever: only this ends it.
            if deed == "sleep" { limits.wallTimePerJob = .seconds(2) }
            try await PoolFixture.with(limits: limits) { fixture in
                let made = try await Self.render(fixture, "image/png|2|\(deed)", count: 4)
                #expect(made.error == .processingFailed)
                #expect(made.codes == [nil, nil])
                #expect(made.texts.prefix(2) == ["picture", "picture"])
                try await fixture.expect("size", says: "8-harmless")
            }
        }

        @Test("has the time of a job for each of them")
        func time() async throws {
            // Each sleeps 0.8 seconds.
            let limits = WorkerLimits(wallTimePerJob: .seconds(3))
            try await PoolFixture.with(limits: limits) { fixture in
                let made = try await Self.render(fixture, "sleep-briefly", count: 5)
                #expect(made.error == nil)
                #expect(made.codes.count == 5)
            }
        }

        @Test("is bounded, and refused by a closed pool")
        func bounds() async throws {
            try await PoolFixture.with(limits: WorkerLimits(renditionsPerJob: 2)) { fixture in
                let fitting = try await Self.render(fixture, "image/png", count: 2)
                #expect(fitting.codes == [nil, nil])
                let long = try await Self.render(fixture, "image/png", count: 3)
                #expect(long.error == .internalError)
                #expect(long.codes == [])
                fixture.pool.close()
                let closed = try await Self.render(fixture, "image/png", count: 2)
                #expect(closed.error == .busy)
                #expect(closed.codes == [])
            }
        }

        /// What became of each of which was told, what each output holds, and why the job ended early.
        private static func render(
            _ fixture: PoolFixture,
            _ deed: String,
            count: Int
        ) async throws -> (codes: [MediaError.Code?], texts: [String], error: MediaError.Code?) {
            let source = try fixture.file()
            let outputs = try (0..<count).map { _ in try fixture.file("") }
            let recipe = Recipe.picture(PictureRecipe(width: 100, height: 100, format: .webp))
            let batch = RenditionBatch(
                sourceType: MediaType(deed),
                recipes: Array(repeating: recipe, count: count),
                limits: PoolFixture.imageLimits
            )
            let codes = Mutex<[MediaError.Code?]>([])
            var ending: MediaError.Code?
            do throws(MediaError) {
                try await fixture.pool.render(
                    source,
                    into: outputs,
                    batch,
                    urgency: JobUrgency(isUrgent: true)
                ) { index, result in
                    codes.withLock { codes in
                        #expect(index == codes.count)
                        if case .failure(let error) = result { codes.append(error.code) } else { codes.append(nil) }
                    }
                }
            } catch {
                ending = error.code
            }
            return (codes.withLock { $0 }, outputs.map { fixture.text(of: $0) }, ending)
        }
    }
}
