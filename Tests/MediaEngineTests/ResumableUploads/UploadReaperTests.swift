import MediaCore
import MediaTesting
import Testing

@testable import MediaEngine

/// The reaper without the service; what a sweep does with all kinds of uploads is in UploadEndTests.
@Suite("The reaper of uploads")
struct UploadReaperTests {
    @Test("A request's upload is ended when its time is over, unless somebody holds it")
    func overdue() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let id = try await fixture.announce(8)
        let upload = try #require(try await fixture.memory.upload(id: id))
        try await fixture.reaper.expireIfOverdue(upload)
        clock.advance(by: UploadEndTests.day + .seconds(60))
        let holder = try #require(try await fixture.leases.acquireIfFree(id))
        try await fixture.reaper.expireIfOverdue(upload)
        #expect(try await fixture.memory.upload(id: id)?.state == .receiving)
        await holder.release()
        let gone = await code { () async throws(MediaError) in try await fixture.reaper.expireIfOverdue(upload) }
        #expect(gone == .uploadGone)
        #expect(try await fixture.memory.upload(id: id)?.state == .expired)
        #expect(fixture.root.names(in: "staging/uploads") == [])
    }

    @Test("What somebody holds is left for the next sweep")
    func held() async throws {
        let clock = MovableClock()
        let fixture = try EngineFixture(TemporaryRoot(), uploadClock: { clock.now })
        let id = try await fixture.announce(8)
        clock.advance(by: UploadEndTests.day + .seconds(60))
        let holder = try #require(try await fixture.leases.acquireIfFree(id))
        #expect(try await fixture.reaper.sweep() == .init())
        await holder.release()
        #expect(try await fixture.reaper.sweep() == .init(expired: 1))
    }
}
