import MediaCore
import MediaStorage
import MediaTesting
import Testing

@testable import MediaEngine

/// The pipeline without the service: the last byte is there, the lease is given to it.
@Suite("The pipeline from an upload's last byte to its file's record")
struct UploadPipelineTests {
    /// A pipeline of its own, beside the fixture's, with the use case that takes files in.
    private static func pipeline(of fixture: EngineFixture) -> UploadPipeline {
        UploadPipeline(
            files: fixture.uploads,
            store: fixture.resumable.store,
            catalog: fixture.memory,
            records: UploadRecords(
                catalog: fixture.memory,
                cachedUploads: 0,
                expiry: .seconds(3600),
                clock: { Timestamp.now() }
            ),
            changes: fixture.changes,
            defaultCollection: nil,
            clock: { Timestamp.now() },
            logger: quietLogger
        )
    }

    /// An upload with all its bytes, and the lease on them.
    private static func finished(
        _ text: String,
        in fixture: EngineFixture,
        to collection: String
    ) async throws -> (upload: Upload, file: any UploadFile) {
        let id = try await fixture.announce(text.utf8.count, to: collection)
        await fixture.refusal("", at: 0, to: id, body: Bodies.cut(after: text))
        return (
            try #require(try await fixture.memory.upload(id: id)),
            try #require(try await fixture.leases.acquireIfFree(id))
        )
    }

    @Test("The outcome is what was written: the record in the catalog, the file in the tree")
    func complete() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let pipeline = Self.pipeline(of: fixture)
        let (upload, file) = try await Self.finished("abcd", in: fixture, to: "documents")
        fixture.plan.hold("staged.synchronize")
        let job = try await pipeline.begin(upload, holding: file)
        #expect(job.upload.state == .processing)
        #expect(try await eventually { fixture.plan.heldCalls == 1 })
        #expect(try await fixture.memory.upload(id: upload.id) == job.upload)
        let early = await job.outcome(atMost: .milliseconds(1))
        #expect(early == nil, "it is not at its end")
        fixture.plan.release()
        let outcome = try #require(await job.outcome(atMost: .seconds(20)))
        let files = try await fixture.memory.files(matching: FileFilter(), before: nil, limit: 9)
        #expect(files == [try #require(outcome.file)])
        #expect(outcome.upload.fileID == outcome.file?.id && outcome.upload.state == .complete)
        #expect(try await fixture.memory.upload(id: upload.id) == outcome.upload)
        await pipeline.stop()
        let late = await job.outcome(atMost: .seconds(20))
        #expect(late == outcome, "it stays known to who began it")
        #expect(try await fixture.texts() == ["abcd"])
        #expect(fixture.root.names(in: "staging/uploads") == [])
    }

    @Test("What cannot become a file is failed with its reason, keeps its bytes, and its lease is free")
    func failed() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let pipeline = Self.pipeline(of: fixture)
        let (upload, file) = try await Self.finished("pdf!", in: fixture, to: "posters")
        let job = try await pipeline.begin(upload, holding: file)
        let outcome = try #require(await job.outcome(atMost: .seconds(20)))
        #expect(outcome.upload.state == .failed && outcome.upload.problem?.code == "type_not_allowed")
        #expect(try await fixture.memory.upload(id: upload.id) == outcome.upload)
        #expect(outcome.file == nil)
        let free = try #require(try await fixture.leases.acquireIfFree(upload.id))
        #expect(free.offset.bytes == 4)
        await free.release()
    }

    @Test("What passes leaves the upload in processing, and a retry brings it to its end")
    func passing() async throws {
        let plan = FaultPlan(failing: 1, mode: .refused, only: "staged.synchronize")
        let fixture = try EngineFixture(TemporaryRoot(), plan: plan)
        let pipeline = Self.pipeline(of: fixture)
        let (upload, file) = try await Self.finished("abcd", in: fixture, to: "documents")
        plan.arm()
        let job = try await pipeline.begin(upload, holding: file)
        let outcome = await job.outcome(atMost: .seconds(20))
        #expect(outcome == nil)
        #expect(try await fixture.memory.upload(id: upload.id)?.state == .processing)
        #expect(plan.failedCall != nil)
        try await pipeline.retry()
        await pipeline.outcome(of: upload.id, atMost: nil)
        #expect(try await fixture.memory.upload(id: upload.id)?.state == .complete)
    }

    @Test("An upload that was ended meanwhile is not taken, and its lease is released")
    func ended() async throws {
        let fixture = try EngineFixture(TemporaryRoot())
        let pipeline = Self.pipeline(of: fixture)
        let (upload, file) = try await Self.finished("abcd", in: fixture, to: "documents")
        try await fixture.memory.setState(.terminated, of: upload.id)
        let refused = await code { () async throws(MediaError) in try await pipeline.begin(upload, holding: file) }
        #expect(refused == .uploadGone)
        let free = try #require(try await fixture.leases.acquireIfFree(upload.id))
        await free.release()
        #expect(fixture.root.tree("files") == [])
    }
}

extension UploadPipeline.Outcome: Equatable {
    static func == (left: Self, right: Self) -> Bool { left.upload == right.upload && left.file == right.file }
}
