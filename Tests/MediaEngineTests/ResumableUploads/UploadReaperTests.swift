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
        let house = try House(TemporaryRoot(), uploadClock: { clock.now })
        let id = try await house.announce(8)
        let upload = try #require(try await house.memory.upload(id: id))
        try await house.reaper.expireIfOverdue(upload)
        clock.advance(by: UploadEndTests.day + .seconds(60))
        let holder = try #require(try await house.leases.acquireIfFree(id))
        try await house.reaper.expireIfOverdue(upload)
        #expect(try await house.memory.upload(id: id)?.state == .receiving)
        await holder.release()
        let gone = await code { () async throws(MediaError) in try await house.reaper.expireIfOverdue(upload) }
        #expect(gone == .uploadGone)
        #expect(try await house.memory.upload(id: id)?.state == .expired)
        #expect(house.root.names(in: "staging/uploads") == [])
    }

    @Test("What somebody holds is left for the next sweep")
    func held() async throws {
        let clock = MovableClock()
        let house = try House(TemporaryRoot(), uploadClock: { clock.now })
        let id = try await house.announce(8)
        clock.advance(by: UploadEndTests.day + .seconds(60))
        let holder = try #require(try await house.leases.acquireIfFree(id))
        #expect(try await house.reaper.sweep() == .init())
        await holder.release()
        #expect(try await house.reaper.sweep() == .init(expired: 1))
    }
}
