import MediaCore
import MediaStorage
import MediaTesting
import Testing

@testable import MediaEngine

/// The pipeline without the service: the last byte is there, the lease is given to it.
@Suite("The pipeline from an upload's last byte to its file's record")
struct UploadPipelineTests {
    /// A pipeline of its own, beside the house's, with the use case that takes files in.
    private static func pipeline(of house: House) -> UploadPipeline {
        UploadPipeline(
            files: house.uploads,
            store: house.resumable.store,
            catalog: house.memory,
            records: UploadRecords(
                catalog: house.memory,
                cachedUploads: 0,
                expiry: .seconds(3600),
                clock: { Timestamp.now() }
            ),
            defaultCollection: nil,
            clock: { Timestamp.now() },
            logger: quietLogger
        )
    }

    /// An upload with all its bytes, and the lease on them.
    private static func finished(
        _ text: String,
        in house: House,
        to collection: String
    ) async throws -> (upload: Upload, file: any UploadFile) {
        let id = try await house.announce(text.utf8.count, to: collection)
        await house.refusal("", at: 0, to: id, body: Bodies.cut(after: text))
        return (
            try #require(try await house.memory.upload(id: id)),
            try #require(try await house.leases.acquireIfFree(id))
        )
    }

    @Test("The outcome is what was written: the record in the catalog, the file in the tree")
    func complete() async throws {
        let house = try House(TemporaryRoot())
        let pipeline = Self.pipeline(of: house)
        let (upload, file) = try await Self.finished("abcd", in: house, to: "documents")
        house.plan.hold("staged.synchronize")
        let job = try await pipeline.begin(upload, holding: file)
        #expect(job.upload.state == .processing)
        #expect(try await eventually { house.plan.heldCalls == 1 })
        #expect(try await house.memory.upload(id: upload.id) == job.upload)
        let early = await job.outcome(atMost: .milliseconds(1))
        #expect(early == nil, "it is not at its end")
        house.plan.release()
        let outcome = try #require(await job.outcome(atMost: .seconds(20)))
        let files = try await house.memory.files(matching: FileFilter(), before: nil, limit: 9)
        #expect(files == [try #require(outcome.file)])
        #expect(outcome.upload.fileID == outcome.file?.id && outcome.upload.state == .complete)
        #expect(try await house.memory.upload(id: upload.id) == outcome.upload)
        await pipeline.stop()
        let late = await job.outcome(atMost: .seconds(20))
        #expect(late == outcome, "it stays known to who began it")
        #expect(try await house.texts() == ["abcd"])
        #expect(house.root.names(in: "staging/uploads") == [])
    }

    @Test("What cannot become a file is failed with its reason, keeps its bytes, and its lease is free")
    func failed() async throws {
        let house = try House(TemporaryRoot())
        let pipeline = Self.pipeline(of: house)
        let (upload, file) = try await Self.finished("pdf!", in: house, to: "posters")
        let job = try await pipeline.begin(upload, holding: file)
        let outcome = try #require(await job.outcome(atMost: .seconds(20)))
        #expect(outcome.upload.state == .failed && outcome.upload.problem?.code == "type_not_allowed")
        #expect(try await house.memory.upload(id: upload.id) == outcome.upload)
        #expect(outcome.file == nil)
        let free = try #require(try await house.leases.acquireIfFree(upload.id))
        #expect(free.offset.bytes == 4)
        await free.release()
    }

    @Test("What passes leaves the upload in processing, and a retry brings it to its end")
    func passing() async throws {
        let plan = FaultPlan(failing: 1, mode: .refused, only: "staged.synchronize")
        let house = try House(TemporaryRoot(), plan: plan)
        let pipeline = Self.pipeline(of: house)
        let (upload, file) = try await Self.finished("abcd", in: house, to: "documents")
        plan.arm()
        let job = try await pipeline.begin(upload, holding: file)
        let outcome = await job.outcome(atMost: .seconds(20))
        #expect(outcome == nil)
        #expect(try await house.memory.upload(id: upload.id)?.state == .processing)
        #expect(plan.failedCall != nil)
        try await pipeline.retry()
        await pipeline.outcome(of: upload.id, atMost: nil)
        #expect(try await house.memory.upload(id: upload.id)?.state == .complete)
    }

    @Test("An upload that was ended meanwhile is not taken, and its lease is released")
    func ended() async throws {
        let house = try House(TemporaryRoot())
        let pipeline = Self.pipeline(of: house)
        let (upload, file) = try await Self.finished("abcd", in: house, to: "documents")
        try await house.memory.setState(.terminated, of: upload.id)
        let refused = await code { () async throws(MediaError) in try await pipeline.begin(upload, holding: file) }
        #expect(refused == .uploadGone)
        let free = try #require(try await house.leases.acquireIfFree(upload.id))
        await free.release()
        #expect(house.root.tree("files") == [])
    }
}

extension UploadPipeline.Outcome: Equatable {
    static func == (left: Self, right: Self) -> Bool { left.upload == right.upload && left.file == right.file }
}
