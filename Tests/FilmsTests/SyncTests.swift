import FeedServing
import FoundationEssentials
import HTTPServing
import MediaTesting
import Postgres
import Primitives
import ServiceSupport
import Synchronization
import Testing

@testable import Films

@Suite("In step: changes and the snapshot")
struct SyncTests {
    /// A verifier that knows nobody: these tests have no tokens.
    private struct Nobody: CallerVerifier {
        func caller(of token: String) async throws(FilmsError) -> Caller {
            throw FilmsError(.tokenInvalid, .tokenForeign)
        }
    }

    private func services(_ fixture: FilmsFixture, limits: SyncLimits = SyncLimits()) -> SyncServices {
        let records = PlainRecords(client: fixture.client)
        return SyncServices(
            database: fixture.database,
            movies: records,
            accounts: records,
            conflicts: records,
            verifier: Nobody(),
            cursors: PageCursor(secret: [1, 2, 3]),
            kept: FeedPruner.Limits(retention: .seconds(3600), maximumChanges: 1000),
            limits: limits,
            logger: FilmsFixture.logger
        )
    }

    @Test("Readers that go away at the moment when news wake them stop nobody", .timeLimit(.minutes(1)))
    func cancelledWhileWoken() async throws {
        try await FilmsFixture.run { fixture async throws in
            let hub = self.services(fixture).hub
            let account = try await fixture.account("A").accountID
            let cursor = FeedCursor(epoch: "e", position: 1)
            for _ in 0..<3000 {
                let readers = (0..<8).map { _ in
                    Task { await hub.wait(after: cursor, for: account, until: .now + .seconds(600)) }
                }
                await Task.yield()
                let waking = Task { for _ in 0..<4 { hub.wake { $0.all() } } }
                for reader in readers { reader.cancel() }
                for reader in readers { await reader.value }
                await waking.value
            }
            #expect(hub.state.withLock { $0.waiters.isEmpty })
        }
    }

    @Test("S11: a request that waits ends when its session is ended; the others wait on", .timeLimit(.minutes(1)))
    func revokedWhileWaiting() async throws {
        try await FilmsFixture.run { fixture async throws in
            let streams = self.services(fixture).streams
            let (a, b) = (try await fixture.account("A"), try await fixture.account("B"))
            let ended = Mutex<[String]>([])
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask { try await streams.run() }
                for (name, caller) in [("a", a), ("b", b)] {
                    group.addTask { @Sendable in
                        let (end, continuation) = AsyncStream.makeStream(of: Void.self)
                        try await streams.attending(caller.sessionID) {
                            ended.withLock { $0.append(name) }
                            continuation.finish()
                        } _: {
                            for await _ in end {}
                        }
                    }
                }
                _ = try await fixture.client.query("DELETE FROM films.sessions WHERE id = \(a.sessionID)")
                #expect(try await eventually { ended.withLock { !$0.isEmpty } })
                group.cancelAll()
                try? await group.waitForAll()
            }
            #expect(ended.withLock(\.self) == ["a"])
        }
    }

    private struct Event: Decodable {
        var cursor: String
        var type: String
        var entity: String
        var id: String
        var record: JSONValue?
    }

    private func events(_ page: ChangePage) throws -> [Event] {
        try page.changes.map { try JSONDecoder().decode(Event.self, from: Data($0.json)) }
    }

    /// Records by entity and id, as a client holds them.
    private typealias Model = [String: JSONValue]

    private func version(_ record: JSONValue?) -> Double {
        guard case .object(let members) = record, case .number(let version) = members["version"] else { return 0 }
        return version
    }

    private func fold(_ events: [Event], into model: inout Model) {
        for event in events {
            let key = "\(event.entity) \(event.id)"
            if event.type.hasSuffix(".deleted") || event.record == nil || event.record == .null {
                model[key] = nil
            } else if version(event.record) > version(model[key]) {
                model[key] = event.record
            }
        }
    }

    private func snapshot(_ reader: SnapshotReader, _ account: RecordID, limit: Int) async throws -> (String, Model) {
        var (model, place, cursor) = (Model(), SnapshotReader.Place.beginning, "")
        let members = [
            "accounts": "account", "movies": "movie", "comments": "comment", "playlists": "playlist",
            "history": "history",
        ]
        while true {
            let text = try await reader.page(place, of: account, limit: limit)
            let page = try JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8))
            if cursor.isEmpty, case .text(let first) = page["cursor"] { cursor = first }
            for (member, entity) in members {
                guard case .array(let records) = page[member] else { continue }
                for record in records {
                    guard case .object(let fields) = record,
                        case .text(let id) = fields[entity == "history" ? "movieId" : "id"]
                    else { continue }
                    model["\(entity) \(id)"] = record
                }
            }
            guard case .text(let next) = page["next"] else { return (cursor, model) }
            place = try reader.place(next, of: account)
        }
    }

    @Test(
        "S11: a snapshot in small pages, taken during changes, and the changes behind its cursor end in the service's state"
    )
    func folding() async throws {
        try await FilmsFixture.run { fixture async throws in
            let sync = services(fixture)
            let (a, b) = (try await fixture.account("A"), try await fixture.account("B"))
            let lists = PlaylistService(database: fixture.database)
            let comments = CommentService(database: fixture.database)
            let history = HistoryService(database: fixture.database)
            let listID = try await lists.all(of: a.accountID)[0].id
            let someMovies = Mutex<[RecordID]>([])
            let isDone = Mutex(false)
            let writer = Task {
                var numbers = SeededNumbers(test: 733)
                for number in 0..<120 {
                    let movies = someMovies.withLock { $0 }
                    let movie = movies.randomElement(using: &numbers)
                    let who = Bool.random(using: &numbers) ? a : b
                    switch (Int.random(in: 0..<6, using: &numbers), movie) {
                    case (1, let movie?):
                        _ = try await history.put(
                            .init(positionSeconds: Double(number), watched: false),
                            in: movie,
                            by: who.accountID
                        )
                    case (2, let movie?):
                        _ = try await comments.create(
                            FilmsFixture.id(),
                            .init(text: "\(number)", rating: nil),
                            on: movie,
                            by: who.accountID,
                            body: RequestBody(members: [:])
                        )
                    case (3, let movie?):
                        _ = try await lists.add(
                            FilmsFixture.id(),
                            movie,
                            before: nil,
                            to: listID,
                            by: a.accountID,
                            body: RequestBody(members: [:])
                        )
                    case (4, let movie?) where number % 3 == 0:
                        someMovies.withLock { $0.removeAll { $0 == movie } }
                        try await fixture.database.transaction { connection in
                            _ = try await connection.query("DELETE FROM films.movies WHERE id = \(movie)")
                            _ = try await connection.query("SELECT films.note('movie', \(movie), 99, NULL, 'deleted')")
                        }
                    default:
                        let id = try await fixture.movie("\(number)")
                        someMovies.withLock { $0.append(id) }
                    }
                    if number % 7 == 0 { try await fixture.stamp() }
                }
                isDone.withLock { $0 = true }
            }
            for account in [a.accountID, b.accountID, a.accountID] {
                var (cursor, model) = try await snapshot(sync.snapshots, account, limit: 3)
                if account == a.accountID { try await writer.value }
                try await fixture.stamp()
                while true {
                    let page = try await sync.hub.page(
                        after: FeedCursor(cursor),
                        for: account,
                        limit: 7,
                        maximumBytes: 1 << 20
                    )
                    #expect(page.changes.count <= 7)
                    let events = try events(page)
                    let foreign = account == a.accountID ? nil : listID.description
                    #expect(events.allSatisfy { $0.id != foreign })
                    fold(events, into: &model)
                    cursor = page.cursor.description
                    guard page.hasMore else { break }
                }
                if isDone.withLock({ $0 }) {
                    let (_, state) = try await snapshot(sync.snapshots, account, limit: 1000)
                    #expect(model == state)
                }
            }
            await #expect(throws: FilmsError.self) {
                _ = try await sync.hub.page(
                    after: FeedCursor(epoch: "other", position: 1),
                    for: a.accountID,
                    limit: 1,
                    maximumBytes: 1
                )
            }
        }
    }

    @Test("S13: another name or picture of somebody is told to everybody, once, as others may see it")
    func people() async throws {
        try await FilmsFixture.run { fixture async throws in
            let sync = services(fixture)
            let (a, b) = (try await fixture.account("A"), try await fixture.account("B"))
            try await fixture.stamp()
            let (cursor, _) = try await snapshot(sync.snapshots, b.accountID, limit: 10)
            try await fixture.database.transaction { connection in
                _ = try await connection.query("UPDATE films.accounts SET language = 'fr' WHERE id = \(a.accountID)")
                _ = try await connection.query("UPDATE films.accounts SET username = 'Ada' WHERE id = \(a.accountID)")
            }
            try await fixture.stamp()
            let page = try await sync.hub.page(
                after: FeedCursor(cursor),
                for: b.accountID,
                limit: 10,
                maximumBytes: 1 << 20
            )
            let told = try events(page)
            #expect(told.map(\.type) == ["person.updated"])
            #expect(told.map(\.id) == [a.accountID.description])
            let record: JSONValue = .object([
                "id": .text(a.accountID.description), "username": .text("Ada"), "avatar": .null,
            ])
            #expect(told.first?.record == record)
        }
    }

    @Test("S10: a change reaches those who wait and may see it, and nobody else")
    func waiting() async throws {
        try await FilmsFixture.run { fixture async throws in
            let sync = services(fixture)
            let (a, b) = (try await fixture.account("A"), try await fixture.account("B"))
            let movie = try await fixture.movie("M")
            let history = HistoryService(database: fixture.database)
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                group.addTask { try await sync.hub.run() }
                group.addTask { try await sync.stamper.run() }
                for _ in 0..<2 { try sync.hub.enter() }
                #expect(try await eventually { try await sync.hub.store.bounds().head.position >= 5 })
                let head = try await sync.hub.store.bounds().head
                #expect(try await eventually { sync.hub.state.withLock { $0.ring?.head == head } })
                let heard = Heard()
                for (name, caller) in [("a", a), ("b", b)] {
                    group.addTask { @Sendable in
                        var cursor = head
                        while !Task.isCancelled {
                            await sync.hub.wait(after: cursor, for: caller.accountID, until: .now + .seconds(60))
                            let page = try await sync.hub.page(
                                after: cursor,
                                for: caller.accountID,
                                limit: 10,
                                maximumBytes: 1 << 20
                            )
                            cursor = page.cursor
                            heard.names.withLock { $0 += Array(repeating: name, count: page.changes.count) }
                        }
                    }
                }
                _ = try await history.put(.init(positionSeconds: 1, watched: false), in: movie, by: a.accountID)
                #expect(try await eventually { heard.names.withLock { $0 == ["a"] } })
                _ = try await history.put(.init(positionSeconds: 2, watched: false), in: movie, by: b.accountID)
                #expect(try await eventually { heard.names.withLock { $0 == ["a", "b"] } })
                _ = try await fixture.movie("N")
                #expect(try await eventually { heard.names.withLock { $0.count == 4 } })
                group.cancelAll()
                try? await group.waitForAll()
            }
        }
    }

    @Test("Pruned changes are gone for readers behind the floor, who get the bounds")
    func pruned() async throws {
        try await FilmsFixture.run { fixture async throws in
            let sync = services(fixture)
            for number in 0..<5 { _ = try await fixture.movie("\(number)") }
            try await fixture.stamp()
            let tables = FeedTables(schema: "films", client: fixture.client)
            #expect(try await tables.prune(olderThan: .seconds(1_000_000_000), keeping: 2) == 3)
            let bounds = try await sync.hub.store.bounds()
            #expect(bounds.floor.position == 3 && bounds.head.position == 5)
            let me = FilmsFixture.id()
            let old = FeedCursor(epoch: bounds.head.epoch, position: 2)
            do throws(FilmsError) {
                _ = try await sync.hub.page(after: old, for: me, limit: 10, maximumBytes: 1 << 20)
                Issue.record("the cursor lies before the floor")
            } catch {
                #expect(error.code == .cursorExpired && error.members["floor"] == .text(bounds.floor.description))
            }
            let rest = try await sync.hub.page(after: nil, for: me, limit: 10, maximumBytes: 1 << 20)
            #expect(rest.changes.count == 2 && rest.cursor == bounds.head)
        }
    }
}

/// Who heard of a change, in order.
private final class Heard: Sendable {
    let names = Mutex<[String]>([])
}
