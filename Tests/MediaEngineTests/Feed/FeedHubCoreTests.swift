import Access
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

    /// What the readers are given when the feed has more.
    private func append(_ core: inout Core, _ positions: ClosedRange<Int64>) -> [Core.Action] {
        let waiting = core.append(FeedSamples.items(positions), upTo: FeedSamples.cursor(positions.upperBound))
        return core.deliver(to: waiting, now: self.start)
    }

    private func text(_ action: Core.Action?) -> String {
        switch action {
        case .deliver(let name, let items, let cursor):
            "\(name) \(items.map(\.event.cursor.position)) \(cursor.position)"
        case .end(let name, let reason): "\(name) \(reason)"
        case .read(_, let cursor, _): "read \(cursor.position)"
        case nil: "nothing"
        }
    }

    @Test("A reader gets nothing before it is ready, then what came, in order and once")
    func order() throws {
        var core = self.core()
        let id = try self.add(&core, "a")
        #expect(self.append(&core, 1...2).isEmpty)
        #expect(self.text(core.ready(id, now: self.start)) == "a [1, 2] 2")
        // Busy: what comes now waits.
        #expect(self.append(&core, 3...3).isEmpty)
        #expect(self.text(core.ready(id, now: self.start)) == "a [3] 3")
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
    }

    @Test("A delivery is bounded")
    func bounded() throws {
        var core = self.core()
        let id = try self.add(&core, "a")
        _ = self.append(&core, 1...6)
        #expect(self.text(core.ready(id, now: self.start)) == "a [1, 2, 3, 4] 4")
        #expect(self.text(core.ready(id, now: self.start)) == "a [5, 6] 6")
    }

    @Test("What a filter leaves out moves the cursor")
    func filter() throws {
        var core = self.core()
        let id = try self.add(&core, "a", filter: FeedFilter(collections: ["films"]))
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
        #expect(self.append(&core, 1...3).isEmpty)
        let actions = core.tick(now: self.start + .seconds(15))
        #expect(actions.map { self.text($0) } == ["a [] 3"])
    }

    @Test("What a reader may not hear is as if it were not there")
    func rights() throws {
        struct Odd: EventAuthority {
            func mayHear(_ event: FeedEvent) -> Bool { event.cursor.position % 2 == 1 }
            func maySee(_ upload: UploadReference) -> Bool { true }
            func state() async -> EventAccess { .valid }
            var canEnd: Bool { false }
        }
        var core = self.core()
        let id = try self.add(&core, "a", authority: Odd())
        #expect(self.text(core.ready(id, now: self.start)) == "nothing")
        let actions = self.append(&core, 1...4)
        #expect(actions.map { self.text($0) } == ["a [1, 3] 4"])
    }

    @Test("Who is behind the ring reads pages of its own, then joins")
    func behind() throws {
        var core = self.core(ring: 2)
        let id = try self.add(&core, "a")
        _ = self.append(&core, 1...5)
        #expect(self.text(core.ready(id, now: self.start)) == "read 0")
        // Nothing else is given meanwhile.
        #expect(self.append(&core, 6...6).isEmpty)
        let page = (items: FeedSamples.items(1...4), cursor: FeedSamples.cursor(4))
        #expect(
            self.text(core.pageRead(page, after: FeedSamples.cursor(0), of: id, now: self.start)) == "a [1, 2, 3, 4] 4"
        )
        #expect(self.text(core.ready(id, now: self.start)) == "a [5, 6] 6")
    }

    @Test("A page that is longer than a delivery goes on from where the delivery ended")
    func longPage() throws {
        var core = self.core(ring: 1)
        let id = try self.add(&core, "a")
        _ = self.append(&core, 1...9)
        #expect(self.text(core.ready(id, now: self.start)) == "read 0")
        let page = (items: FeedSamples.items(1...6), cursor: FeedSamples.cursor(6))
        #expect(
            self.text(core.pageRead(page, after: FeedSamples.cursor(0), of: id, now: self.start)) == "a [1, 2, 3, 4] 4"
        )
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
        core.remove(id)
        _ = try self.add(&core, "c")
    }

    @Test("Who does not take what it was given is let go; who has nothing gets signs of life")
    func time() throws {
        var core = self.core()
        let slow = try self.add(&core, "slow")
        let idle = try self.add(&core, "idle")
        _ = core.ready(idle, now: self.start)
        _ = self.append(&core, 1...1)
        _ = core.ready(idle, now: self.start)
        _ = core.ready(slow, now: self.start)
        #expect(core.tick(now: self.start + .seconds(14)).isEmpty)
        #expect(core.tick(now: self.start + .seconds(15)).map { self.text($0) } == ["idle [] 1"])
        #expect(self.text(core.ready(idle, now: self.start + .seconds(15))) == "nothing")
        #expect(core.tick(now: self.start + .seconds(20)).map { self.text($0) } == ["slow slow"])
        #expect(core.readers.count == 1)
    }

    @Test("Who catches up for long gets signs of life meanwhile, and no page twice")
    func heartbeatsBehind() throws {
        var core = self.core(ring: 2)
        let id = try self.add(&core, "a", filter: FeedFilter(collections: ["films"]))
        _ = self.append(&core, 1...9)
        #expect(self.text(core.ready(id, now: self.start)) == "read 0")
        let late = self.start + .seconds(15)
        #expect(core.tick(now: late).map { self.text($0) } == ["a [] 0"])
        // Taken before the page is there: the same page is still the one that is waited for.
        #expect(self.text(core.ready(id, now: late)) == "nothing")
        let page = (items: [FeedItem](), cursor: FeedSamples.cursor(4))
        #expect(self.text(core.pageRead(page, after: FeedSamples.cursor(0), of: id, now: late)) == "read 4")
        // The page comes while the sign is being taken: it is read again.
        #expect(core.tick(now: late + .seconds(15)).map { self.text($0) } == ["a [] 4"])
        let films = (items: FeedSamples.items(5...6, "films/1.mp4"), cursor: FeedSamples.cursor(6))
        #expect(self.text(core.pageRead(films, after: FeedSamples.cursor(4), of: id, now: late)) == "nothing")
        #expect(self.text(core.ready(id, now: late)) == "read 4")
        // One that nobody waits for any more is not taken.
        #expect(self.text(core.pageRead(films, after: FeedSamples.cursor(0), of: id, now: late)) == "nothing")
        #expect(self.text(core.pageRead(films, after: FeedSamples.cursor(4), of: id, now: late)) == "a [5, 6] 6")
    }

    @Test("While the feed is not followed, who is at its end waits instead of reading over and over")
    func notFollowed() throws {
        var core = Core(limits: .init(ring: 8))
        let id = try self.add(&core, "a")
        #expect(self.text(core.ready(id, now: self.start)) == "read 0")
        let page = (items: [FeedItem](), cursor: FeedSamples.cursor(0))
        #expect(self.text(core.pageRead(page, after: FeedSamples.cursor(0), of: id, now: self.start)) == "nothing")
        var isStopped = core.stopWithoutReaders()
        #expect(!isStopped)
        core.begin(at: FeedSamples.cursor(0))
        #expect(self.append(&core, 1...1).map { self.text($0) } == ["a [1] 1"])
        core.remove(id)
        isStopped = core.stopWithoutReaders()
        #expect(isStopped)
        #expect(core.ring.head == nil)
    }

    @Test("A file that went to another place is heard of at both; whose ears are for one of them hears only of that")
    func moved() throws {
        struct Hearing: EventAuthority {
            let collections: Set<String>
            func mayHear(_ event: FeedEvent) -> Bool { event.collection.map(self.collections.contains) == true }
            func maySee(_ upload: UploadReference) -> Bool { true }
            func state() async -> EventAccess { .valid }
            var canEnd: Bool { false }
        }
        var event = FeedSamples.event(1, "secret/1.jpg")
        event.kind = .fileReplaced
        event.previousPath = MediaPath(trusted: "posters/1.jpg")
        event.version = "v"
        let item = FeedItem(event) { _ in [] }
        func heard(_ collections: Set<String>, _ filter: FeedFilter = .all) -> String? {
            item.heard(by: Hearing(collections: collections), filter).map {
                "\($0.event.kind.rawValue) \($0.event.path?.text ?? "-") \($0.event.previousPath?.text ?? "-") \($0.event.version ?? "-")"
            }
        }
        let (old, new) = (FeedFilter(collections: ["posters"]), FeedFilter(path: "secret/"))
        #expect(heard(["posters", "secret"]) == "file.replaced secret/1.jpg posters/1.jpg v")
        #expect(heard(["posters", "secret"], old) == "file.replaced secret/1.jpg posters/1.jpg v")
        #expect(heard(["posters"]) == "file.deleted posters/1.jpg - -")
        #expect(heard(["posters"], old) == "file.deleted posters/1.jpg - -")
        #expect(heard(["posters"], new) == nil)
        #expect(heard(["secret"]) == "file.replaced secret/1.jpg - v")
        #expect(heard(["secret"], old) == nil)
        #expect(heard(["films"]) == nil)
        #expect(item.heard(by: OpenAuthority(), FeedFilter(collections: ["films"])) == nil)
    }

    @Test("Who hears no events is let go when its rights end, and with all others, but not when the feed is lost")
    func guests() throws {
        var core = self.core(readers: 1)
        _ = try self.add(&core, "reader")
        let id = core.addGuest("guest", OpenAuthority())
        #expect(core.endReaders(.lost).map { self.text($0) } == ["reader lost"])
        #expect(self.text(core.end(id, .accessLost)) == "guest accessLost")
        #expect(self.text(core.end(id, .accessLost)) == "nothing")
        _ = core.addGuest("guest", OpenAuthority())
        #expect(core.endAll(.lost).map { self.text($0) } == ["guest lost"])
        #expect(core.guests.isEmpty)
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
