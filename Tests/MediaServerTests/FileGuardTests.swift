import Access
import HTTPTypes
import Primitives
import Testing

@testable import MediaServer

@Suite("Fields of guarded files")
struct FileGuardTests {
    private static let file = FileReference(collection: "documents", name: "1")

    private static func fields(_ guarding: FileGuard, _ freshness: Freshness, at now: Int64 = 1000) -> HTTPFields {
        var fields: HTTPFields = [.cacheControl: freshness.shared, .vary: "Accept"]
        guarding.apply(to: &fields, freshness: freshness, at: now)
        return fields
    }

    @Test("say nothing new where everybody may read; search engines keep away from what is not listed")
    func open() {
        #expect(Self.fields(.none, .immutable) == [.cacheControl: Freshness.immutable.shared, .vary: "Accept"])
        let unlisted = Self.fields(.unlisted, .immutable)
        #expect(unlisted[.cacheControl] == Freshness.immutable.shared)
        #expect(unlisted[.xRobotsTag] == "noindex")
    }

    @Test("keep what a right opened out of every shared cache, and have it asked about each time")
    func right() {
        for freshness in [Freshness.immutable, .none, Freshness(shared: "max-age=60, public", seconds: 60)] {
            let fields = Self.fields(.right(Self.file), freshness)
            #expect(fields[.cacheControl] == "max-age=0, must-revalidate, private")
            #expect(fields[.vary] == "Accept, Authorization")
        }
    }

    @Test("never let anybody keep something longer than its address is good")
    func signature() {
        let end = FileGuard.signature(until: Timestamp(seconds: 1500, nanoseconds: 0))
        #expect(Self.fields(end, .immutable)[.cacheControl] == "max-age=500, must-revalidate, private")
        #expect(Self.fields(end, .none)[.cacheControl] == "max-age=0, must-revalidate, private")
        let minute = Freshness(shared: "max-age=60, public, stale-while-revalidate=600", seconds: 60)
        #expect(Self.fields(end, minute)[.cacheControl] == "max-age=60, must-revalidate, private")
        #expect(Self.fields(end, minute, at: 1490)[.cacheControl] == "max-age=10, must-revalidate, private")
        #expect(Self.fields(end, minute, at: 1501)[.cacheControl] == "max-age=0, must-revalidate, private")
        #expect(Self.fields(end, minute)[.referrerPolicy] == "no-referrer")
        #expect(Self.fields(end, minute)[.vary] == "Accept")
    }
}
