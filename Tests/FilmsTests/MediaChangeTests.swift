import FoundationEssentials
import MediaClient
import Postgres
import Primitives
import Testing

@testable import Films

@Suite("What mediad's changes mean for films")
struct MediaChangeTests {
    private func change(_ json: String) throws -> MediaChange {
        try JSONDecoder().decode(MediaChange.self, from: Data(json.utf8))
    }

    @Test("Changes and cursor are written together, and by one process only")
    func together() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let file = try await site.file("1")
            let id = try await site.add("x", ["posterFileId": .text(file.description)], by: a)
            let changes = MediaChangeStore(database: site.database)
            try await changes.apply([], facts: [:], from: nil, to: "e.1")
            let updated = try self.change(
                #"{"cursor": "e.2", "type": "file.updated", "at": "2026-11-30T12:00:00Z", "fileId": "\#(file)"}"#
            )
            let facts = [file: MovieSite.facts(of: file, url: "/files/posters/1.jpg?v=2")]
            try await changes.apply([updated], facts: facts, from: "e.1", to: "e.2")
            #expect(try await changes.cursor() == "e.2")
            var record = try await site.record(id)
            #expect(record["posterUrl"] == .text("/files/posters/1.jpg?v=2") && record["version"] == .number(2))
            // Another process read the same page.
            let late = [file: MovieSite.facts(of: file, url: "/files/posters/1.jpg?v=1")]
            try await changes.apply([updated], facts: late, from: "e.1", to: "e.2")
            // The same facts again are no change.
            try await changes.apply([updated], facts: facts, from: "e.2", to: "e.3")
            record = try await site.record(id)
            #expect(record["posterUrl"] == .text("/files/posters/1.jpg?v=2") && record["version"] == .number(2))
        }
    }

    @Test("A poster that came to nothing leaves the film, and shows why until there is another")
    func failedUpload() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let id = try await site.add("x", by: a)
            let changes = MediaChangeStore(database: site.database)
            // Later than the film.
            let at = Timestamp(microseconds: Timestamp.now().microseconds + 1_000_000)
            let failed = try self.change(
                """
                {"cursor": "e.1", "type": "upload.failed", "at": "\(at)", "fileId": null, "collection": "posters", \
                "name": "\(id)/1", "detail": "type_not_allowed"}
                """
            )
            try await changes.apply([failed], facts: [:], from: nil, to: "e.1")
            guard case .object(let problem) = try await site.record(id)["posterProblem"] else {
                Issue.record("no problem")
                return
            }
            #expect(problem["code"] == .text("type_not_allowed") && problem["at"] == .text("\(at)"))
            guard case .object(let details) = problem["details"] else {
                Issue.record("no details")
                return
            }
            #expect(
                details["en"] == problem["detail"]
                    && details["en"] == .text("The file is of a type that is not taken here.")
            )
            #expect(details["fr"] == .text("Ce type de fichier n’est pas accepté ici."))
            #expect(try await site.record(id)["trailerProblem"] == .null)
            let file = try await site.file("1")
            try await site.change(id, ["posterFileId": .text(file.description)], by: a)
            #expect(try await site.record(id)["posterProblem"] == .null)
            // One that is older than the poster says nothing any more.
            let old = try self.change(
                """
                {"cursor": "e.2", "type": "upload.failed", "at": "2020-01-01T00:00:00Z", "fileId": null, \
                "collection": "posters", "name": "\(id)/1", "detail": "type_not_allowed"}
                """
            )
            try await changes.apply([old], facts: [:], from: "e.1", to: "e.2")
            #expect(try await site.record(id)["posterProblem"] == .null)
        }
    }

    @Test("What is released goes when it is due, unless a conflict may bring it back or something uses it")
    func sweep() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let admin = try await site.account("b", isAdministrator: true)
            let (one, two, three) = (try await site.file("1"), try await site.file("2"), try await site.file("3"))
            let id = try await site.add("x", ["posterFileId": .text(one.description)], by: a)
            let base: JSONValue = .object(["posterFileId": .number(0)])
            try await site.change(id, ["posterFileId": .text(two.description), "baseVersions": base], by: admin)
            try await FileRelease.note(three, after: .zero, on: site)
            try await FileRelease.note(two, after: .zero, on: site)
            _ = try await site.client.query("UPDATE films.released_files SET due_at = now() - interval '1 minute'")
            _ = try await FileRelease.deleteDue(limit: 10, in: site.database)
            #expect(
                try await site.texts("SELECT id::text FROM media.files ORDER BY id") == [
                    one.description, two.description,
                ]
            )
            // The conflict names both.
            #expect(
                try await site.texts("SELECT file_id::text FROM films.released_files ORDER BY file_id") == [
                    one.description, two.description,
                ]
            )
            // Both have read it: the first poster may go.
            _ = try await site.client.query(
                "UPDATE films.conflicts SET dismissed_at = now(), mine = NULL, theirs = NULL"
            )
            _ = try await FileRelease.deleteDue(limit: 10, in: site.database)
            #expect(try await site.texts("SELECT id::text FROM media.files") == [two.description])
        }
    }

    @Test("Addresses follow to where browsers reach mediad, and texts of people stay as they are")
    func base() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            let file = try await site.file("1")
            let title = #"x rl": "/files/ y"#
            let id = try await site.add(title, ["posterFileId": .text(file.description)], by: a)
            let files = FileStore(database: site.database)
            try await files.adopt(base: "https://media.example.org")
            try await files.adopt(base: "https://media.example.org")
            let record = try await site.record(id)
            #expect(record["posterUrl"] == .text("https://media.example.org/files/posters/1.jpg"))
            #expect(record["title"] == .text(title) && record["version"] == .number(2))
        }
    }
}

extension FileRelease {
    /// In a transaction of its own.
    static func note(_ id: RecordID, after grace: Duration, on site: MovieSite) async throws {
        try await site.database.transaction { try await Self.note(id, after: grace, on: $0) }
    }
}
