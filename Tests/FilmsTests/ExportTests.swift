import Foundation
import MediaClient
import NIOCore
import Primitives
import Testing

@testable import Films

@Suite("The archive of a person")
struct ExportTests {
    @Test("S6: The archive has all that is the person's, as the API gives it, and nothing of anybody else")
    func archive() async throws {
        try await withAccounts { world in
            let (ada, bob) = (try await world.join("ada"), try await world.join("bob"))
            let grant = try await world.signIn("ada")
            _ = try await world.signIn("ada")
            let caller = try await world.services.tokens.caller(of: grant.accessToken)
            let (movie, list) = (RecordID(now: .now()), RecordID(now: .now()))
            let film = RequestBody(members: ["id": .text("\(movie)"), "title": .text("Film")])
            _ = try await MovieService(database: world.database, files: AnyFile(), clock: { .now() })
                .create(film, by: caller)
            let lists = PlaylistService(database: world.database)
            let comments = CommentService(database: world.database)
            let history = HistoryService(database: world.database)
            let nothing = RequestBody(members: [:])
            for (person, id) in [(ada, list), (bob, RecordID(now: .now()))] {
                _ = try await lists.create(id, name: "of \(person)", visibility: .link, by: person, body: nothing)
                let content = CommentService.Content(text: "of \(person)", rating: 7)
                _ = try await comments.create(
                    RecordID(now: .now()),
                    content,
                    on: movie,
                    by: person,
                    body: nothing
                )
                _ = try await history.put(.init(positionSeconds: 5, watched: false), in: movie, by: person)
            }
            let conflict = MovieConflicts.Overwritten(
                field: .title,
                old: .text("lost"),
                new: .text("won"),
                loser: bob,
                at: Timestamp.now().description
            )
            try await world.database.transaction { connection in
                try await MovieConflicts.note(conflict, of: movie, winner: ada, now: .now(), on: connection)
            }
            let text = try await Self.archive(of: caller, in: world)
            #expect(try Self.records("movies", in: text).map { $0["id"] } == [.text("\(movie)")])
            let playlists = try Self.records("playlists", in: text)
            #expect(playlists.count == 3)
            let shared = try #require(playlists.first { $0["id"] == .text("\(list)") })
            let asGiven = try RequestBody.decode(Array(try await lists.one(list, of: ada).json.utf8)).members
            #expect(shared == asGiven && shared["visibility"] == .text("link") && shared["shareUrl"] != .null)
            #expect(try Self.records("comments", in: text).map { $0["text"] } == [.text("of \(ada)")])
            #expect(try Self.records("history", in: text).map { $0["positionSeconds"] } == [.number(5)])
            let conflicts = try Self.records("conflicts", in: text)
            #expect(conflicts.map { $0["mine"] } == [.text("won")] && conflicts.first?["outcome"] == .text("won"))
            let sessions = try Self.records("sessions", in: text)
            #expect(sessions.count == 2)
            #expect(
                sessions.filter { $0["isCurrent"] == .bool(true) }.map { $0["id"] } == [.text("\(caller.sessionID)")]
            )
            #expect(!text.contains("of \(bob)") && !text.contains("hash of"))
        }
    }

    private static func archive(of caller: Caller, in world: AccountsWorld) async throws -> String {
        // There are no files, so nobody asks mediad.
        let media = MediaClient(server: "http://127.0.0.1:1", key: nil)
        let archive: Result<ByteBuffer, any Error>
        do {
            let exports = world.services.exportService(media: media)
            var bytes = ByteBuffer()
            try await exports.write(try await exports.begin(caller)) { bytes.writeImmutableBuffer($0) }
            archive = .success(bytes)
        } catch {
            archive = .failure(error)
        }
        await media.shutdown()
        return String(buffer: try archive.get())
    }

    /// The array in a file of an archive whose entries are not compressed: between its name and the descriptor behind it.
    private static func records(_ name: String, in archive: String) throws -> [[String: JSONValue]] {
        let start = try #require(archive.range(of: "\(name).json"))
        let end = try #require(archive.range(of: "PK\u{7}\u{8}", range: start.upperBound..<archive.endIndex))
        let content = Data(archive[start.upperBound..<end.lowerBound].utf8)
        return try JSONDecoder().decode([[String: JSONValue]].self, from: content)
    }
}
