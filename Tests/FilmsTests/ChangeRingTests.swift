import MediaTesting
import Primitives
import ServiceSupport
import Testing

@testable import Films

@Suite("The newest changes in memory")
struct ChangeRingTests {
    private static let (one, other) = (FilmsFixture.id(), FilmsFixture.id())

    private func change(
        _ number: Int64,
        _ id: RecordID,
        kind: String = "updated",
        for audience: RecordID? = nil
    ) -> Change {
        Change(
            cursor: FeedCursor(epoch: "e", position: number),
            at: Timestamp(microseconds: 0),
            entity: "movie",
            id: id,
            version: number,
            audience: audience,
            kind: kind
        )
    }

    private func ring(capacity: Int = 100, maximumBytes: Int = 1 << 20) -> ChangeRing {
        ChangeRing(at: FeedCursor(epoch: "e", position: 0), capacity: capacity, maximumBytes: maximumBytes)
    }

    private func page(_ ring: ChangeRing, after number: Int64, for account: RecordID, limit: Int = 100) -> ChangePage {
        ring.page(after: FeedCursor(epoch: "e", position: number), for: account, limit: limit, maximumBytes: 1 << 20)
    }

    @Test("Each account gets what is for everybody and what is its own; the cursor passes what is left out")
    func audiences() {
        var ring = ring()
        let changes = [change(1, Self.one), change(2, Self.one, for: Self.one), change(3, Self.one, for: Self.other)]
        ring.append(changes, [:], upTo: FeedCursor(epoch: "e", position: 3))
        let own = page(ring, after: 0, for: Self.one)
        #expect(own.changes.map(\.cursor.position) == [1, 2] && own.cursor.position == 3 && !own.hasMore)
        #expect(!ring.hasNews(after: FeedCursor(epoch: "e", position: 2), for: Self.one))
        #expect(ring.hasNews(after: FeedCursor(epoch: "e", position: 2), for: Self.other))
        let first = page(ring, after: 0, for: Self.one, limit: 1)
        #expect(first.changes.count == 1 && first.cursor.position == 1 && first.hasMore)
    }

    @Test("What was deleted is delivered to nobody, not even with an older change")
    func deleted() {
        var ring = ring()
        let created = change(1, Self.one, kind: "created")
        ring.append([created], [created.key: Array("{\"secret\":1}".utf8)], upTo: created.cursor)
        #expect(page(ring, after: 0, for: Self.other).changes[0].json.count > 100)
        let deleted = change(2, Self.one, kind: "deleted")
        ring.append([deleted], [:], upTo: deleted.cursor)
        for change in page(ring, after: 0, for: Self.other).changes {
            #expect(String(decoding: change.json, as: UTF8.self).hasSuffix("\"record\":null}"))
        }
        #expect(ring.bytes == 0)
    }

    @Test("Count and bytes are bounded, and what is covered is whole, for random changes")
    func bounds() {
        var numbers = SeededNumbers(test: 73)
        var ring = ring(capacity: 20, maximumBytes: 500)
        let ids = (0..<8).map { _ in FilmsFixture.id() }
        for number in 1...500 as ClosedRange<Int64> {
            let change = change(number, ids[Int.random(in: 0..<8, using: &numbers)])
            let size = Int.random(in: 0...200, using: &numbers)
            ring.append([change], [change.key: [UInt8](repeating: 48, count: size)], upTo: change.cursor)
            #expect(ring.count <= 20 && ring.bytes <= 500)
            let floor = ring.floor.position
            let found = page(ring, after: floor, for: Self.one).changes.map(\.cursor.position)
            #expect(found == (floor..<number).map { $0 + 1 })
            #expect(ring.covers(FeedCursor(epoch: "e", position: floor)))
            #expect(floor == 0 || !ring.covers(FeedCursor(epoch: "e", position: floor - 1)))
        }
        #expect(!ring.covers(FeedCursor(epoch: "other", position: ring.floor.position)))
    }
}

@Suite("Messages of the stream")
struct SyncCommandTests {
    @Test("What a client may say")
    func commands() {
        #expect(SyncCommand("{\"type\":\"token\",\"token\":\"t\",\"more\":1}") == .token("t"))
        #expect(SyncCommand("{\"type\":\"subscribe\",\"id\":\"a\"}") == .subscribe(id: "a", since: nil))
        #expect(
            SyncCommand("{\"type\":\"subscribe\",\"id\":\"a\",\"since\":\"now\"}") == .subscribe(id: "a", since: .now)
        )
        let cursor = SyncCommand.Start.cursor(FeedCursor(epoch: "k3v9", position: 1742))
        #expect(
            SyncCommand("{\"type\":\"subscribe\",\"id\":\"a\",\"since\":\"k3v9.1742\"}")
                == .subscribe(id: "a", since: cursor)
        )
        #expect(SyncCommand("{\"type\":\"unsubscribe\",\"id\":\"a\"}") == .unsubscribe(id: "a"))
    }

    @Test(
        "Everything else is no message",
        arguments: [
            "", "[]", "null", "{}", "{\"type\":\"token\"}", "{\"type\":\"subscribe\"}", "{\"type\":1}",
            "{\"type\":\"subscribe\",\"id\":\"a\",\"since\":\"A.1\"}",
            "{\"type\":\"subscribe\",\"id\":\"a\",\"since\":\"a.-1\"}",
            "{\"type\":\"subscribe\",\"id\":\"a\",\"since\":\"a.99999999999999999999\"}",
            "{\"type\":\"subscribe\",\"id\":\"\(String(repeating: "x", count: 65))\"}",
        ]
    )
    func nonsense(text: String) { #expect(SyncCommand(text) == nil) }
}
