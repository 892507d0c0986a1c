import FoundationEssentials
import MediaTesting
import Postgres
import Testing

@testable import Films

@Suite("Comments, ratings and history")
struct CommentTests {
    private struct Ratings: Equatable {
        var sum: Double
        var count: Int
    }

    private func ratings(_ movie: RecordID, _ fixture: FilmsFixture) async throws -> Ratings {
        let rows = try await fixture.client.query(
            "SELECT ratings_sum::double precision AS s, ratings_count FROM films.movies WHERE id = \(movie)"
        ).rows
        let row = try #require(rows.first)
        return Ratings(sum: try row.decode("s"), count: try row.decode("ratings_count"))
    }

    @Test("A film counts the newest rating of each person, after random comments, changes and deletions")
    func newest() async throws {
        try await FilmsFixture.run { fixture async throws in
            var numbers = SeededNumbers(test: 732)
            let comments = CommentService(database: fixture.database)
            let movie = try await fixture.movie("M")
            var people: [Caller] = []
            for name in ["A", "B", "C"] { people.append(try await fixture.account(name)) }
            // The last one is the one that was rated last.
            var model: [(id: RecordID, by: Int, rating: Double?)] = []
            for _ in 0..<60 {
                let who = Int.random(in: 0..<3, using: &numbers)
                let rating = Bool.random(using: &numbers) ? Double(Int.random(in: 0...100, using: &numbers)) / 10 : nil
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0:
                    let id = FilmsFixture.id()
                    _ = try await comments.create(
                        id,
                        .init(text: "t", rating: rating),
                        on: movie,
                        by: people[who].accountID,
                        body: RequestBody(members: [:])
                    )
                    model.append((id, who, rating))
                case 1:
                    guard let at = model.indices.randomElement(using: &numbers) else { continue }
                    var comment = model[at]
                    _ = try await comments.change(comment.id, of: movie, by: people[comment.by].accountID) { present in
                        .init(text: present.text + "t", rating: rating)
                    }
                    guard comment.rating != rating else { continue }
                    model.remove(at: at)
                    comment.rating = rating
                    model.append(comment)
                default:
                    guard let at = model.indices.randomElement(using: &numbers) else { continue }
                    let comment = model.remove(at: at)
                    try await comments.delete(comment.id, of: movie, by: people[comment.by])
                }
                let newest = (0..<3).compactMap { who in model.last { $0.by == who && $0.rating != nil }?.rating }
                let found = try await ratings(movie, fixture)
                #expect(found.count == newest.count && abs(found.sum - newest.reduce(0, +)) < 0.001)
            }
        }
    }

    @Test(
        "People who rate at the same time are all counted; who goes is counted no more, and each comment is said to be gone"
    )
    func together() async throws {
        try await FilmsFixture.run { fixture async throws in
            let comments = CommentService(database: fixture.database)
            let movie = try await fixture.movie("M")
            var people: [Caller] = []
            for name in ["A", "B", "C", "D", "E", "F"] { people.append(try await fixture.account(name)) }
            try await withThrowingTaskGroup(of: Void.self) { group async throws in
                for person in people {
                    group.addTask {
                        _ = try await comments.create(
                            FilmsFixture.id(),
                            .init(text: "", rating: 5),
                            on: movie,
                            by: person.accountID,
                            body: RequestBody(members: [:])
                        )
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await ratings(movie, fixture) == Ratings(sum: 30, count: 6))
            _ = try await fixture.client.query("DELETE FROM films.accounts WHERE id = \(people[0].accountID)")
            #expect(try await ratings(movie, fixture) == Ratings(sum: 25, count: 5))
            #expect(try await fixture.feed().filter { $0 == "comment.deleted" }.count == 1)
            _ = try await fixture.client.query("DELETE FROM films.movies WHERE id = \(movie)")
            #expect(try await fixture.feed().filter { $0 == "comment.deleted" }.count == 6)
        }
    }

    @Test("History is one place for a person and a film; repeated it makes no new version, and what is not said stays")
    func history() async throws {
        try await FilmsFixture.run { fixture async throws in
            let history = HistoryService(database: fixture.database)
            let (caller, movie) = (try await fixture.account("A"), try await fixture.movie("M"))
            let put = { (place: HistoryService.Place) async throws in
                try await history.put(place, in: movie, by: caller.accountID)
            }
            let first = HistoryService.Place(positionSeconds: 1, durationSeconds: 60, watched: false, device: "Phone")
            #expect(try await put(first).version == 1)
            #expect(try await put(first).version == 1)
            let second = try await put(.init(positionSeconds: 2, watched: true))
            #expect(second.version == 2 && second.json.contains("Phone") && second.json.contains("60"))
            try await history.delete(movie, by: caller.accountID)
            // Deleted it had version 3.
            #expect(try await put(first).version == 4)
            #expect(try await put(.init(positionSeconds: 2, watched: true)).version == 5)
            #expect(
                try await fixture.feed().filter { $0.hasPrefix("history") }
                    == ["history.created", "history.updated", "history.deleted", "history.created", "history.updated"]
            )
            let other = try await fixture.account("B")
            #expect(try await history.put(first, in: movie, by: other.accountID).version == 1)
        }
    }

    @Test("History that is deleted while it is put never has a version again that it had")
    func deletedMeanwhile() async throws {
        try await FilmsFixture.run { fixture async throws in
            let history = HistoryService(database: fixture.database)
            let (caller, movie) = (try await fixture.account("A"), try await fixture.movie("M"))
            for round in 0..<20 {
                try await withThrowingTaskGroup(of: Void.self) { group async throws in
                    for index in 0..<3 {
                        group.addTask {
                            let place = HistoryService.Place(positionSeconds: Double(round * 3 + index), watched: false)
                            _ = try await history.put(place, in: movie, by: caller.accountID)
                        }
                    }
                    group.addTask {
                        // It may come before the others.
                        let code = await codeOf { try await history.delete(movie, by: caller.accountID) }
                        #expect(code == nil || code == .notFound)
                    }
                    try await group.waitForAll()
                }
            }
            try await fixture.stamp()
            let versions = try await fixture.client.query(
                "SELECT version FROM films.changes WHERE entity = 'history'"
            ).rows.map { try $0.decode(at: 0, as: Int64.self) }
            #expect(versions.count >= 60 && Set(versions).count == versions.count)
        }
    }
}
