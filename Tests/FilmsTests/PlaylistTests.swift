import FoundationEssentials
import MediaTesting
import Postgres
import Testing

@testable import Films

@Suite("Lists of films")
struct PlaylistTests {
    /// A list as clients see it.
    private struct List: Decodable {
        var id: RecordID
        var kind: String
        var shareUrl: String?
        var visibility: String
        var items: [Item]
        var version: Int

        struct Item: Decodable {
            var id: RecordID
            var movieId: RecordID
        }

        init(_ record: StoredRecord) throws { self = try JSONDecoder().decode(List.self, from: Data(record.json.utf8)) }
    }

    private static let body = RequestBody(members: [:])

    private func code(_ body: () async throws -> Void) async -> FilmsError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? FilmsError)?.code }
    }

    @Test("Everybody has two lists from the beginning, which keep their names and stay")
    func standard() async throws {
        try await FilmsFixture.run { fixture async throws in
            let caller = try await fixture.account("A")
            let lists = PlaylistService(database: fixture.database)
            let all = try await lists.all(of: caller.accountID).map { try List($0) }
            #expect(all.map(\.kind) == ["favourites", "toWatch"])
            let id = all[0].id
            #expect(
                await code { _ = try await lists.change(id, name: "x", visibility: nil, by: caller.accountID) }
                    == .forbidden
            )
            #expect(await code { try await lists.delete(id, by: caller.accountID) } == .forbidden)
            let other = try await fixture.account("B")
            #expect(await code { _ = try await lists.one(id, of: other.accountID) } == .notFound)
            #expect(await code { try await lists.delete(id, by: other.accountID) } == .notFound)
        }
    }

    @Test("The order is that of random commands, and every change raises the version by one")
    func order() async throws {
        try await FilmsFixture.run { fixture async throws in
            var numbers = SeededNumbers(test: 731)
            let caller = try await fixture.account("A")
            let lists = PlaylistService(database: fixture.database)
            let listID = try await lists.all(of: caller.accountID)[0].id
            var movies: [RecordID] = []
            for number in 0..<8 { movies.append(try await fixture.movie("\(number)")) }
            var model: [(id: RecordID, movie: RecordID)] = []
            var version = 1
            func place(_ item: (id: RecordID, movie: RecordID), _ before: RecordID?) -> [RecordID] {
                let old = model.map(\.id)
                if item.id != before {
                    model.removeAll { $0.id == item.id }
                    model.insert(item, at: model.firstIndex { $0.id == before } ?? model.count)
                }
                if model.map(\.id) != old { version += 1 }
                return model.map(\.id)
            }
            for _ in 0..<120 {
                let before = Bool.random(using: &numbers) ? model.randomElement(using: &numbers)?.id : nil
                let list: StoredRecord
                let expected: [RecordID]
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0, 1:
                    let movie = movies[Int.random(in: 0..<movies.count, using: &numbers)]
                    let id = FilmsFixture.id()
                    expected = place(model.first { $0.movie == movie } ?? (id, movie), before)
                    list = try await lists.add(
                        id,
                        movie,
                        before: before,
                        to: listID,
                        by: caller.accountID,
                        body: Self.body
                    ).list
                case 2:
                    guard let item = model.randomElement(using: &numbers) else { continue }
                    expected = place(item, before)
                    list = try await lists.move(item.id, before: before, on: listID, by: caller.accountID)
                default:
                    guard let item = model.randomElement(using: &numbers) else { continue }
                    model.removeAll { $0.id == item.id }
                    version += 1
                    expected = model.map(\.id)
                    list = try await lists.remove(item.id, from: listID, by: caller.accountID)
                }
                let seen = try List(list)
                #expect(seen.items.map(\.id) == expected)
                #expect(seen.version == version)
            }
        }
    }

    @Test("Films that are added at the same time are all there; one added twice is there once")
    func concurrent() async throws {
        try await FilmsFixture.run { fixture async throws in
            let caller = try await fixture.account("A")
            let lists = PlaylistService(database: fixture.database)
            let listID = try await lists.all(of: caller.accountID)[1].id
            var movies: [RecordID] = []
            for number in 0..<6 { movies.append(try await fixture.movie("\(number)")) }
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                for movie in movies + movies {
                    group.addTask {
                        _ = try await lists.add(
                            FilmsFixture.id(),
                            movie,
                            before: nil,
                            to: listID,
                            by: caller.accountID,
                            body: Self.body
                        )
                    }
                }
                try await group.waitForAll()
            }
            let list = try List(try await lists.one(listID, of: caller.accountID))
            #expect(Set(list.items.map(\.movieId)) == Set(movies) && list.items.count == 6)
        }
    }

    @Test("S14: A film that two devices added is one item, which each moves and removes by the id that it made")
    func twoIDs() async throws {
        try await FilmsFixture.run { fixture async throws in
            let caller = try await fixture.account("A")
            let account = caller.accountID
            let lists = PlaylistService(database: fixture.database)
            let all = try await lists.all(of: account).map { try List($0) }
            let (listID, otherID) = (all[0].id, all[1].id)
            let (movie, next) = (try await fixture.movie("M"), try await fixture.movie("N"))
            let (first, second, last) = (FilmsFixture.id(), FilmsFixture.id(), FilmsFixture.id())
            func add(_ id: RecordID, _ movie: RecordID, before: RecordID? = nil) async throws -> (Int, [RecordID]) {
                let added = try await lists.add(id, movie, before: before, to: listID, by: account, body: Self.body)
                return (added.status, try List(added.list).items.map(\.id))
            }
            _ = try await add(first, movie)
            #expect(try await add(second, movie) == (200, [first]))
            #expect(try await add(last, next, before: second) == (201, [last, first]))
            let moved = try List(try await lists.move(second, before: last, on: listID, by: account))
            #expect(moved.items.map(\.id) == [first, last])
            // In front of itself, by its other id: nothing changes.
            let same = try List(try await lists.move(first, before: second, on: listID, by: account))
            #expect(same.items.map(\.id) == [first, last] && same.version == moved.version)
            #expect(await code { _ = try await lists.remove(second, from: otherID, by: account) } == .notFound)
            let removed = try List(try await lists.remove(second, from: listID, by: account))
            #expect(removed.items.map(\.id) == [last])
            // It is gone by each id, and neither is used again.
            for id in [first, second] {
                #expect(await code { _ = try await lists.remove(id, from: listID, by: account) } == .gone)
                #expect(await code { _ = try await add(id, movie) } == .gone)
            }
        }
    }

    @Test("A film that goes leaves every list with another version; an item's id is not used again")
    func filmGone() async throws {
        try await FilmsFixture.run { fixture async throws in
            let caller = try await fixture.account("A")
            let lists = PlaylistService(database: fixture.database)
            let listID = try await lists.all(of: caller.accountID)[0].id
            let (movie, item) = (try await fixture.movie("M"), FilmsFixture.id())
            _ = try await lists.add(item, movie, before: nil, to: listID, by: caller.accountID, body: Self.body)
            _ = try await fixture.client.query("DELETE FROM films.movies WHERE id = \(movie)")
            let list = try List(try await lists.one(listID, of: caller.accountID))
            #expect(list.items.isEmpty && list.version == 3)
            #expect(try await fixture.feed().suffix(2) == ["playlist.updated", "playlist.updated"])
            let next = try await fixture.movie("N")
            #expect(
                await code {
                    _ = try await lists.add(item, next, before: nil, to: listID, by: caller.accountID, body: Self.body)
                } == .gone
            )
        }
    }

    @Test("A link that was taken back never comes again")
    func sharing() async throws {
        try await FilmsFixture.run { fixture async throws in
            let caller = try await fixture.account("A")
            let lists = PlaylistService(database: fixture.database)
            let listID = try await lists.all(of: caller.accountID)[0].id
            let change = { (visibility: PlaylistVisibility) async throws -> List in
                try List(try await lists.change(listID, name: nil, visibility: visibility, by: caller.accountID))
            }
            let first = try await change(.link)
            let token = try #require(first.shareUrl?.split(separator: "/").last.map { String($0) })
            #expect(try await change(.link).version == first.version)
            #expect(try await lists.shared(token).id == listID)
            #expect(try await change(.private).shareUrl == nil)
            #expect(await code { _ = try await lists.shared(token) } == .notFound)
            #expect(try await change(.link).shareUrl != first.shareUrl)
            #expect(await code { _ = try await lists.shared(token) } == .notFound)
        }
    }
}
