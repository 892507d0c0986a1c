import Postgres
import Primitives
import Synchronization
import Testing

@testable import Films

@Suite("Films: adding, changing, deleting")
struct MovieServiceTests {
    @Test("The same creation gives the first response again, another body is refused, a deleted one is gone")
    func creation() async throws {
        try await MovieSite.run { site async throws in
            let (a, b) = (try await site.account("a"), try await site.account("b"))
            let id = MovieSite.id()
            let members: [String: JSONValue] = ["id": .text(id.description), "title": .text("L'Été"), "year": .null]
            let body = RequestBody(members: members)
            let first = try await site.service.create(body, by: a)
            try await site.change(id, ["title": .text("Other")], by: a)
            #expect(try await site.service.create(body, by: a) == first)
            #expect(
                try await site.service.create(RequestBody(members: members.filter { $0.key != "year" }), by: a) == first
            )
            let other = RequestBody(members: members.merging(["year": .number(1925)]) { _, new in new })
            #expect(await codeOf { _ = try await site.service.create(other, by: a) } == .idTaken)
            #expect(await codeOf { _ = try await site.service.create(body, by: b) } == .idTaken)
            let capitals = members.merging(["id": .text(id.description.uppercased())]) { _, new in new }
            #expect(try await site.service.create(RequestBody(members: capitals), by: a) == first)
            try await site.service.delete(id, by: a) { _ throws(FilmsError) in }
            #expect(await codeOf { _ = try await site.service.create(body, by: a) } == .gone)
            #expect(await codeOf { _ = try await site.store.ready(id) } == .gone)
            #expect(await codeOf { _ = try await site.store.ready(MovieSite.id()) } == .notFound)
        }
    }

    @Test("Ids in capitals are the same body, of every member that is one; other texts in capitals are others")
    func spelling() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let poster = try await site.file("1")
            let id = MovieSite.id()
            var members: [String: JSONValue] = [
                "id": .text(id.description.uppercased()), "title": .text(poster.description),
                "posterFileId": .text(poster.description.uppercased()),
            ]
            let first = try await site.service.create(RequestBody(members: members), by: a)
            members["id"] = .text(id.description)
            members["posterFileId"] = .text(poster.description)
            #expect(try await site.service.create(RequestBody(members: members), by: a) == first)
            members["title"] = .text(poster.description.uppercased())
            let other = RequestBody(members: members)
            #expect(await codeOf { _ = try await site.service.create(other, by: a) } == .idTaken)
        }
    }

    @Test(
        "S5: Only who added a film, or an administrator, changes and deletes it; If-Match decides before anything else"
    )
    func permission() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let b = try await site.account("b")
            let admin = try await site.account("c", isAdministrator: true)
            let id = try await site.add("x", by: a)
            #expect(await codeOf { try await site.change(id, ["title": .text("y")], by: b) } == .forbidden)
            try await site.change(id, ["title": .text("z")], by: admin)
            #expect(await codeOf { try await Self.retitle(id, "w", by: a, of: site) } == .preconditionFailed)
            #expect(try await site.record(id)["title"] == .text("z"))
            #expect(await codeOf { try await site.service.delete(id, by: b, if: Self.isAny) } == .forbidden)
        }
    }

    /// Changes a film that has its first version only.
    private static func retitle(
        _ id: RecordID,
        _ title: String,
        by caller: Caller,
        of site: MovieSite
    ) async throws {
        let change = try MovieChange.patch(RequestBody(members: ["title": .text(title)]))
        _ = try await site.service.change(id, change, by: caller, if: Self.isFirst)
    }

    private static func isFirst(_ version: Int64) throws(FilmsError) {
        if version != 1 { throw FilmsError(.preconditionFailed, .changedMeanwhile) }
    }

    private static func isAny(_ version: Int64) throws(FilmsError) {}

    @Test("S13: The later change wins; both are told, the value that is already there is no change")
    func conflicts() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let admin = try await site.account("b", isAdministrator: true)
            let id = try await site.add("x", ["year": .number(1920)], by: a)
            let base: JSONValue = .object(["title": .number(1), "year": .number(1)])
            try await site.change(id, ["title": .text("of a"), "baseVersions": base], by: a)
            let changed = try await site.change(
                id,
                ["title": .text("of b"), "year": .number(1921), "baseVersions": base],
                by: admin
            )
            let overwrote = try #require(changed.overwrote)
            #expect(overwrote.contains(#""value": "of a""#) && !overwrote.contains("year"))
            // Repeated: nothing changes, and nobody is told twice.
            let again = try await site.change(id, ["title": .text("of b"), "baseVersions": base], by: admin)
            #expect(again.movie.version == changed.movie.version && again.overwrote == nil)
            let records = MovieConflicts(database: site.database)
            let (lost, won) = (
                try await records.conflicts(nil, of: a.accountID), try await records.conflicts(nil, of: admin.accountID)
            )
            let mine = try RequestBody.decode(try #require(lost.values.first)).members
            #expect(lost.count == 1 && mine["outcome"] == .text("lost") && mine["mine"] == .text("of a"))
            #expect(mine["theirs"] == .text("of b"))
            let theirs = try RequestBody.decode(try #require(won.values.first)).members
            #expect(won.count == 1 && theirs["outcome"] == .text("won"))
            let conflict = try #require(lost.keys.first)
            #expect(await codeOf { try await records.dismiss(conflict, by: admin.accountID) } == .notFound)
            try await records.dismiss(conflict, by: a.accountID)
            try await records.dismiss(conflict, by: a.accountID)
            #expect(try await records.conflicts(nil, of: a.accountID).isEmpty)
        }
    }

    @Test(
        "S13: Who took their value back has no conflict any more; who had won is told that they lost, and the other way round"
    )
    func takingBack() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let admin = try await site.account("b", isAdministrator: true)
            let id = try await site.add("x", by: a)
            let base: JSONValue = .object(["title": .number(1)])
            try await site.change(id, ["title": .text("of a"), "baseVersions": base], by: a)
            try await site.change(id, ["title": .text("of b"), "baseVersions": base], by: admin)
            let records = MovieConflicts(database: site.database)
            func open(_ caller: Caller) async throws -> [String] {
                try await records.conflicts(nil, of: caller.accountID).values.map { json in
                    let record = try RequestBody.decode(json).members
                    let words = ["outcome", "mine", "theirs", "version"].map { record[$0].map(ReadyJSON.text) ?? "-" }
                    return words.joined(separator: " ")
                }
            }
            #expect(try await open(a) == [#""lost" "of a" "of b" 1"#])
            try await site.change(id, ["year": .number(1920)], by: a)
            #expect(try await open(admin) == [#""won" "of b" "of a" 1"#])
            try await site.change(id, ["title": .text("of a")], by: a)
            #expect(try await open(a).isEmpty)
            #expect(try await open(admin) == [#""lost" "of b" "of a" 2"#])
            // A third value is nobody's of the two.
            try await site.change(id, ["title": .text("of a, better")], by: a)
            #expect(try await open(admin) == [#""lost" "of b" "of a, better" 3"#])
            let conflict = try #require(try await records.conflicts(nil, of: admin.accountID).keys.first)
            try await records.dismiss(conflict, by: admin.accountID)
            #expect(try await open(admin).isEmpty)
            #expect(
                try await site.texts(
                    "SELECT version::text FROM films.outbox WHERE entity = 'conflict' AND record_id = \(conflict) ORDER BY version"
                ) == ["1", "2", "3", "4"]
            )
        }
    }

    @Test("S13: Who won gives the other's poster back while the conflict is open, though it is not theirs")
    func givingBack() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let admin = try await site.account("b", isAdministrator: true)
            let (theirs, mine) = (try await site.file("1"), try await site.file("2"))
            site.files.owners.withLock { $0 = [theirs: a.accountID, mine: admin.accountID] }
            let id = try await site.add("x", by: a)
            let other = try await site.add("y", by: a)
            let base: JSONValue = .object(["posterFileId": .number(1)])
            try await site.change(id, ["posterFileId": .text(theirs.description), "baseVersions": base], by: a)
            let changed = try await site.change(
                id,
                ["posterFileId": .text(mine.description), "baseVersions": base],
                by: admin
            )
            #expect(changed.overwrote != nil)
            // Of this film and this field only.
            for (film, field) in [(other, "posterFileId"), (id, "trailerFileId")] {
                #expect(
                    await codeOf { try await site.change(film, [field: .text(theirs.description)], by: admin) }
                        == .validationFailed
                )
            }
            try await site.change(id, ["posterFileId": .text(theirs.description)], by: admin)
            #expect(try await site.record(id)["posterUrl"] == .text("/files/posters/1.jpg"))
            // Nor when it has been read.
            try await site.change(id, ["posterFileId": .null], by: admin)
            let records = MovieConflicts(database: site.database)
            for conflict in try await records.conflicts(nil, of: admin.accountID).keys {
                try await records.dismiss(conflict, by: admin.accountID)
            }
            #expect(
                await codeOf { try await site.change(id, ["posterFileId": .text(theirs.description)], by: admin) }
                    == .validationFailed
            )
        }
    }

    @Test("Two changes at once of two fields are both there")
    func race() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let id = try await site.add("x", by: a)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await site.change(id, ["title": .text("y")], by: a) }
                group.addTask { try await site.change(id, ["year": .number(1900)], by: a) }
                try await group.waitForAll()
            }
            let record = try await site.record(id)
            #expect(record["title"] == .text("y") && record["year"] == .number(1900) && record["version"] == .number(3))
        }
    }

    @Test("A poster is linked in the film's transaction; a replaced one stays a day, a deleted film's goes at once")
    func files() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let (one, two) = (try await site.file("1"), try await site.file("2"))
            let id = try await site.add("x", ["posterFileId": .text(one.description)], by: a)
            #expect(try await site.record(id)["posterUrl"] == .text("/files/posters/1.jpg"))
            try await site.change(id, ["posterFileId": .text(two.description)], by: a)
            #expect(try await site.texts("SELECT file_id::text FROM media.links") == [two.description])
            #expect(
                try await site.texts("SELECT file_id::text FROM films.released_files WHERE due_at > now()") == [
                    one.description
                ]
            )
            // The same again: mediad need not be asked, so it may be away.
            let questions = site.files.questions.withLock(\.self)
            try await site.change(id, ["posterFileId": .text(two.description)], by: a)
            #expect(site.files.questions.withLock(\.self) == questions)
            // Back to the first: it is no longer one that may go.
            try await site.change(id, ["posterFileId": .text(one.description)], by: a)
            #expect(try await site.texts("SELECT file_id::text FROM films.released_files") == [two.description])
            let other = try await site.add("y", ["posterFileId": .text(two.description)], by: a)
            try await site.service.delete(id, by: a) { _ throws(FilmsError) in }
            #expect(try await site.texts("SELECT id::text FROM media.files") == [two.description])
            #expect(try await site.texts("SELECT entity_id FROM media.links") == [other.description])
        }
    }

    @Test("A file that another application uses stays when the film is deleted")
    func foreignUse() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let file = try await site.file("1")
            let id = try await site.add("x", ["posterFileId": .text(file.description)], by: a)
            _ = try await site.client.query("SELECT media.link(\(file), 'shop', '7', 'picture')")
            try await site.service.delete(id, by: a) { _ throws(FilmsError) in }
            #expect(try await site.texts("SELECT id::text FROM media.files") == [file.description])
            #expect(try await site.texts("SELECT entity FROM media.links") == ["shop"])
        }
    }

    @Test("Another name of who added a film, or other facts of their picture, is another tag of the film")
    func tag() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("Zoe")
            let avatar = try await site.file("1")
            let id = try await site.add("x", by: a)
            var tags = [try await site.store.ready(id).tag]
            let creation = RequestBody(members: ["id": .text(MovieSite.id().description), "title": .text("y")])
            let first = try await site.service.create(creation, by: a)
            let again = try await site.service.create(creation, by: a)
            #expect(RecordVersion.tag(1, first.body) == RecordVersion.tag(1, again.body))
            for change: PostgresQuery in [
                "UPDATE films.accounts SET username = 'Zoé' WHERE id = \(a.accountID)",
                "UPDATE films.accounts SET avatar_file_id = \(avatar) WHERE id = \(a.accountID)",
                "UPDATE films.files SET picture = picture || '{\"width\": 7}' WHERE file_id = \(avatar)",
            ] {
                _ = try await site.client.query(change)
                let film = try await site.store.ready(id)
                #expect(film.version == 1 && !tags.contains(film.tag))
                #expect(try await site.store.ready(id).tag == film.tag)
                tags.append(film.tag)
            }
            let changed = try await site.change(id, ["year": .number(1900)], by: a).movie
            #expect(try await site.store.ready(id).tag == changed.tag && !tags.contains(changed.tag))
        }
    }

    @Test("An account that goes leaves its films, without its name")
    func account() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("Zoé")
            let id = try await site.add("x", by: a)
            _ = try await site.client.query("DELETE FROM films.accounts WHERE id = \(a.accountID)")
            let record = try await site.record(id)
            #expect(record["addedBy"] == .null && record["version"] == .number(2))
        }
    }
}
