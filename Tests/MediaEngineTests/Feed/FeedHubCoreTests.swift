import MediaCore
import Testing

@testable import MediaEngine

@Suite("Who gets which event")
struct FeedHubCoreTests {
    private typealias Core = FeedHubCore<String>
    private let start = ContinuousClock.now

    private func core(readers: Int = 10, ring: Int = 8, delivery: Int = 4) -> Core {
        var core = Core(
            limits: .init(
                readers: readers,
                ring: ring,
                delivery: delivery,
                heartbeat: .seconds(15),
                patience: .seconds(20)
            )
        )
        core.begin(at: FeedSamples.cursor(0))
        return core
    }

    private func add(
        _ core: inout Core,
        _ name: String,
        from position: Int64 = 0,
        filter: FeedFilter = .all,
        authority: any EventAuthority = OpenAuthority()
    ) throws -> Core.ID {
        let id = core.add(
            name,
            from: FeedSamples.cursor(position),
            filter: filter,
            authority: authority,
            now: self.start
        )
        return try #require(id)
    }

    private func text(_ action: Core.Action?) -> String {
        switch action {
        case .deliver(let name, let items, let cursor):
            "\(name) \(items.map(\.event.cursor.position)) \(cursor.position)"
        case .end(let name, let reason): "\(name) \(reason)"
        case .read(_, let cursor, _): "read \(cursor?.position ?? -1)"
        case nil: "nothing"
        }
    }

    @Test("A reader gets nothing before it is ready, then what came, in order and once")
    func order() throws {
        var core = self.core()
        let id = try self.add(&core, "a")
        #expect(core.append(FeedSamples.items(1...2), upTo: FeedSamples.cursor(2), now: self.start).isEmpty)
        #expect(self.text(core.ready(id, now: self.start)) == "a [1, 2] 2")
        // Busy: what comes now waits.
        #expect(core.append(FeedSamples.items(3...3), upTo: FeedSamples.cursor(3), now: self.start).isEmpty)
        #expect(self.text(core.ready(id, now: self.start)) == "a [3] 3")
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
    }

    @Test("A delivery is bounded")
    func bounded() throws {
        var core = self.core()
        let id = try self.add(&core, "a")
        _ = core.append(FeedSamples.items(1...6), upTo: FeedSamples.cursor(6), now: self.start)
        #expect(self.text(core.ready(id, now: self.start)) == "a [1, 2, 3, 4] 4")
        #expect(self.text(core.ready(id, now: self.start)) == "a [5, 6] 6")
    }

    @Test("What a filter leaves out moves the cursor")
    func filter() throws {
        var core = self.core()
        let id = try self.add(&core, "a", filter: FeedFilter(collections: ["films"]))
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
        #expect(core.append(FeedSamples.items(1...3), upTo: FeedSamples.cursor(3), now: self.start).isEmpty)
        let actions = core.tick(now: self.start + .seconds(15))
        #expect(actions.map { self.text($0) } == ["a [] 3"])
    }

    @Test("What a reader may not hear is as if it were not there")
    func rights() throws {
        struct Odd: EventAuthority {
            func mayHear(_ event: FeedEvent) -> Bool { event.cursor.position % 2 == 1 }
            func state() async -> EventAccess { .valid }
            var canEnd: Bool { false }
        }
        var core = self.core()
        let id = try self.add(&core, "a", authority: Odd())
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
        let actions = core.append(FeedSamples.items(1...4), upTo: FeedSamples.cursor(4), now: self.start)
        #expect(actions.map { self.text($0) } == ["a [1, 3] 4"])
    }

    @Test("Who is behind the ring reads pages of its own, then joins")
    func behind() throws {
        var core = self.core(ring: 2)
        let id = try self.add(&core, "a")
        _ = core.append(FeedSamples.items(1...5), upTo: FeedSamples.cursor(5), now: self.start)
        #expect(self.text(core.ready(id, now: self.start)) == "read 0")
        // Nothing else is given meanwhile.
        #expect(core.append(FeedSamples.items(6...6), upTo: FeedSamples.cursor(6), now: self.start).isEmpty)
        let page = (items: FeedSamples.items(1...4), cursor: FeedSamples.cursor(4))
        #expect(self.text(core.pageRead(page, of: id, now: self.start)) == "a [1, 2, 3, 4] 4")
        #expect(self.text(core.ready(id, now: self.start)) == "a [5, 6] 6")
    }

    @Test("A page that is longer than a delivery goes on from where the delivery ended")
    func longPage() throws {
        var core = self.core(ring: 1)
        let id = try self.add(&core, "a")
        _ = core.append(FeedSamples.items(1...9), upTo: FeedSamples.cursor(9), now: self.start)
        #expect(self.text(core.ready(id, now: self.start)) == "read 0")
        let page = (items: FeedSamples.items(1...6), cursor: FeedSamples.cursor(6))
        #expect(self.text(core.pageRead(page, of: id, now: self.start)) == "a [1, 2, 3, 4] 4")
        #expect(self.text(core.ready(id, now: self.start)) == "read 4")
    }

    @Test("A cursor of another epoch is not taken for one of the ring")
    func epoch() throws {
        var core = self.core()
        let cursor = FeedSamples.cursor(3, epoch: "e0")
        let added = core.add("a", from: cursor, filter: .all, authority: OpenAuthority(), now: self.start)
        let id = try #require(added)
        #expect(self.text(core.ready(id, now: self.start)) == "read 3")
    }

    @Test("At capacity nobody is taken in, and nobody let go")
    func capacity() throws {
        var core = self.core(readers: 2)
        _ = try self.add(&core, "a")
        let id = try self.add(&core, "b")
        let more = core.add(
            "c",
            from: FeedSamples.cursor(0),
            filter: .all,
            authority: OpenAuthority(),
            now: self.start
        )
        #expect(more == nil)
        #expect(core.readers.count == 2)
        _ = core.remove(id)
        _ = try self.add(&core, "c")
    }

    @Test("Who does not take what it was given is let go; who has nothing gets signs of life")
    func time() throws {
        var core = self.core()
        let slow = try self.add(&core, "slow")
        let idle = try self.add(&core, "idle")
        _ = core.ready(idle, now: self.start)
        _ = core.append(FeedSamples.items(1...1), upTo: FeedSamples.cursor(1), now: self.start)
        _ = core.ready(idle, now: self.start)
        _ = core.ready(slow, now: self.start)
        #expect(core.tick(now: self.start + .seconds(14)).isEmpty)
        #expect(core.tick(now: self.start + .seconds(15)).map { self.text($0) } == ["idle [] 1"])
        #expect(self.text(core.ready(idle, now: self.start + .seconds(15))) == "nothing")
        #expect(core.tick(now: self.start + .seconds(20)).map { self.text($0) } == ["slow slow"])
        #expect(core.readers.count == 1)
    }

    @Test("The ring keeps the newest, whatever the sizes")
    func ring() {
        var ring = FeedRing(capacity: 3)
        ring.begin(at: FeedSamples.cursor(0))
        #expect(ring.covers(FeedSamples.cursor(0)))
        for position in Int64(1)...20 {
            ring.append(FeedSamples.items(position...position), upTo: FeedSamples.cursor(position))
            let kept = ring.items(after: FeedSamples.cursor(0)).map(\.event.cursor.position)
            #expect(kept == Array(max(1, position - 2)...position))
            #expect(ring.floor?.position == max(0, position - 3))
        }
        #expect(!ring.covers(FeedSamples.cursor(16)))
        #expect(ring.items(after: FeedSamples.cursor(18)).map(\.event.cursor.position) == [19, 20])
        #expect(ring.items(after: FeedSamples.cursor(25)).isEmpty)
    }
}
