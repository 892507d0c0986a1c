import MediaCore
import MediaStorage
import MediaTesting
import Testing

@testable import MediaEngine

@Suite("The lease on an upload's bytes")
struct UploadLeasesTests {
    @Test("One holder at a time; after the release the next one gets the bytes")
    func oneHolder() async throws {
        let parts = try UploadParts(TemporaryRoot())
        let id = try await parts.make(8).id
        let first = try #require(try await parts.leases.acquireIfFree(id))
        #expect(try await parts.leases.acquireIfFree(id) == nil)
        await first.release()
        guard case .acquired(let second) = try await parts.leases.acquire(id, yieldsToNewer: true) else {
            Issue.record("it takes bytes")
            return
        }
        #expect(try await parts.leases.acquireIfFree(id) == nil)
        await second.release()
        #expect(try await parts.leases.acquireIfFree(UploadID()) == nil, "there is no such upload")
    }

    @Test("A newer request interrupts the older one and continues behind its bytes", arguments: [false, true])
    func takeover(_ isOtherProcess: Bool) async throws {
        let (root, catalog) = (try TemporaryRoot(), InMemoryCatalog())
        let older = try UploadParts(root, catalog)
        let newer = isOtherProcess ? try UploadParts(root, catalog) : older
        catalog.onTakeoverRequest { older.transfers.interrupt($0, asked: $1) }
        let id = try await older.make(8).id
        let isReceiving = Gate()
        let receiving = Task {
            let file = try await older.hold(id)
            let reason = try await older.leases.receive(id, since: Timestamp.now()) {
                (interruption) async throws(MediaError) in
                isReceiving.open()
                let append = try await file.append(verified: false)
                _ = Bodies.write("abc", to: append, limit: ByteCount(bytes: 8))
                let reason = await withCheckedContinuation { continuation in
                    interruption.onInterrupt { continuation.resume(returning: $0) }
                }
                _ = try await append.commit()
                return reason
            }
            await file.release()
            return reason
        }
        await isReceiving.wait()
        guard case .acquired(let file) = try await newer.leases.acquire(id, yieldsToNewer: true) else {
            Issue.record("it takes bytes")
            return
        }
        #expect(file.offset.bytes == 3)
        #expect(try await receiving.value == .takenOver)
        await file.release()
    }

    @Test("Of what has all its bytes there is no lease to wait for")
    func settled() async throws {
        let parts = try UploadParts(TemporaryRoot())
        let id = try await parts.make(8).id
        let pipeline = try await parts.hold(id)
        try await parts.catalog.setState(.processing, of: id)
        guard case .settled(let upload) = try await parts.leases.acquire(id, yieldsToNewer: true) else {
            Issue.record("the pipeline holds it")
            return
        }
        #expect(upload.state == .processing)
        #expect(parts.catalog.takeoverRequests.isEmpty, "nobody disturbs the pipeline")
        await pipeline.release()
    }

    @Test("Whoever does not release in time keeps the lease, and is asked through the catalog meanwhile")
    func timeOut() async throws {
        let parts = try UploadParts(TemporaryRoot(), takeoverTimeout: .milliseconds(50))
        let id = try await parts.make(8).id
        let holder = try await parts.hold(id)
        let refused = await code { () async throws(MediaError) in
            _ = try await parts.leases.acquire(id, yieldsToNewer: false)
        }
        #expect(refused == .uploadLocked)
        #expect(parts.catalog.takeoverRequests == [id])
        await holder.release()
    }

    @Test("An upload whose bytes are gone is ended when somebody asks for them")
    func lost() async throws {
        let parts = try UploadParts(TemporaryRoot())
        let id = try await parts.make(8).id
        _ = try await parts.store.remove(id)
        let refused = await code { () async throws(MediaError) in
            _ = try await parts.leases.acquire(id, yieldsToNewer: false)
        }
        #expect(refused == .uploadGone)
        #expect(try await parts.catalog.upload(id: id)?.state == .terminated)
    }

    @Test("As many requests receive as may; when the daemon stops, all are told, and those that begin later")
    func receiving() async throws {
        let parts = try UploadParts(TemporaryRoot(), maximumTransfers: 1)
        let leases = parts.leases
        let (first, second) = (UploadID(), UploadID())
        let reasons = try await leases.receive(first, since: Timestamp.now()) {
            (interruption) async throws(MediaError) in
            let busy = await code { () async throws(MediaError) in
                try await leases.receive(second, since: Timestamp.now()) { _ async throws(MediaError) in }
            }
            #expect(busy == .busy)
            let before = interruption.reason
            leases.close()
            return [before, interruption.reason]
        }
        #expect(reasons == [nil, .shutdown])
        let late = try await leases.receive(second, since: Timestamp.now()) { (interruption) async throws(MediaError) in
            interruption.reason
        }
        #expect(late == .shutdown)
    }

    @Test("The newest waiting request counts while anybody waits, and one beyond the maximum is refused")
    func transfers() {
        let transfers = UploadTransfers(maximum: 1)
        let (id, other) = (UploadID(), UploadID())
        let (first, second) = (transfers.enqueue(id), transfers.enqueue(id))
        #expect(!transfers.isNewest(first, of: id) && transfers.isNewest(second, of: id))
        transfers.dequeue(id)
        transfers.dequeue(id)
        #expect(!transfers.isNewest(second, of: id), "nothing is kept of who is gone")
        let interruption = transfers.begin(id, at: Timestamp(microseconds: 5))
        #expect(interruption?.reason == nil && transfers.begin(other, at: Timestamp(microseconds: 5)) == nil)
        transfers.interrupt(id, asked: Timestamp(microseconds: 4))
        #expect(interruption?.reason == nil, "it began after that was asked")
        transfers.end(id)
        transfers.interrupt(id, asked: Timestamp(microseconds: 5))
        #expect(interruption?.reason == nil, "who has ended is not told any more")
        transfers.close()
        #expect(transfers.begin(other, at: Timestamp(microseconds: 5))?.reason == .shutdown)
    }
}
