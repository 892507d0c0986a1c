import Foundation
import MediaTesting
import Testing

/// What a page sends that was offline: the same again, in another order, changed underway.
@Suite("Queues of requests to filmd, and files of others", .films, .timeLimit(.minutes(5)))
struct ReplayTests {
    @Test(
        "S5, S7, S8, S9: sent again nothing is doubled; in another order nothing is lost; with another body it is refused"
    )
    func queue() async throws {
        let person = try await BadInputTests.person()
        let (movie, comment, list, item) = (Person.newID(), Person.newID(), Person.newID(), Person.newID())
        let entries: [(String, String, String)] = [
            ("POST", "/api/movies", "{\"id\": \"\(movie)\", \"title\": \"a\"}"),
            ("POST", "/api/movies/\(movie)/comments", "{\"id\": \"\(comment)\", \"text\": \"b\", \"rating\": 7.5}"),
            ("POST", "/api/playlists", "{\"id\": \"\(list)\", \"name\": \"c\"}"),
            ("POST", "/api/playlists/\(list)/items", "{\"id\": \"\(item)\", \"movieId\": \"\(movie)\"}"),
            ("PUT", "/api/movies/\(movie)/history", "{\"positionSeconds\": 12.5, \"watched\": false}"),
            ("PATCH", "/api/movies/\(movie)", "{\"year\": 1927, \"baseVersions\": {\"year\": 1}}"),
        ]
        for (method, path, json) in entries.reversed().dropLast(1) where path != "/api/playlists" {
            #expect(try await person.request(method, path, json: json).status == 404, "too early: \(method) \(path)")
        }
        for round in 0..<3 {
            for (method, path, json) in entries {
                let sent = try await person.request(method, path, json: json)
                #expect(sent.status == (method == "POST" ? 201 : 200), "\(round): \(method) \(path) \(sent.members)")
            }
        }
        let film = try await person.request("GET", "/api/movies/\(movie)")
        #expect(
            film.members["year"] as? Int == 1927 && (film.members["ratings"] as? [String: Any])?["count"] as? Int == 1
        )
        let comments = try await person.request("GET", "/api/movies/\(movie)/comments")
        #expect((comments.members["comments"] as? [Any])?.count == 1)
        let kept = try await person.request("GET", "/api/playlists/\(list)")
        #expect((kept.members["items"] as? [Any])?.count == 1)
        let place = try await person.request("GET", "/api/movies/\(movie)/history")
        #expect(place.members["version"] as? Int == 1)
        for (method, path, json) in entries where method == "POST" {
            let edited =
                json.dropLast()
                + ", \"name\": \"other\", \"title\": \"other\", \"text\": \"other\", \"before\": \"\(movie)\"}"
            let unique = String(edited).replacingOccurrences(of: "\"name\": \"c\", ", with: "")
                .replacingOccurrences(of: "\"title\": \"a\", ", with: "").replacingOccurrences(
                    of: "\"text\": \"b\", ",
                    with: ""
                )
            let refused = try await person.request(method, path, json: unique)
            #expect(refused.status == 409 && refused.code == "id_taken", "\(path) \(refused.members)")
        }
        #expect(try await person.request("DELETE", "/api/movies/\(movie)").status == 204)
        for (method, path, json) in entries where path.hasPrefix("/api/movies") {
            #expect(try await person.request(method, path, json: json).status == 410, "deleted: \(method) \(path)")
        }
    }

    @Test("S6: a file of another person is nobody else's avatar or poster, and an avatar is no poster")
    func files() async throws {
        let (ada, ben) = (try await BadInputTests.person(), try await BadInputTests.person())
        let (adas, bens) = (try await ada.addMovie(), try await ben.addMovie())
        let avatar = try await Self.upload(by: ada, "{\"purpose\": \"avatar\"}")
        let poster = try await Self.upload(by: ada, "{\"purpose\": \"poster\", \"movieId\": \"\(adas)\"}")
        for (person, path, field, file) in [
            (ben, "/api/me", "avatarFileId", avatar), (ben, "/api/movies/\(bens)", "posterFileId", poster),
            (ada, "/api/movies/\(adas)", "posterFileId", avatar), (ada, "/api/me", "avatarFileId", poster),
            (ada, "/api/movies/\(adas)", "trailerFileId", poster),
        ] {
            let refused = try await person.request("PATCH", path, json: "{\"\(field)\": \"\(file)\"}")
            #expect(refused.status == 422 && refused.fields == ["\(field): file_wrong_purpose"], "\(path) \(field)")
        }
        #expect(try await ada.request("PATCH", "/api/me", json: "{\"avatarFileId\": \"\(avatar)\"}").status == 200)
        let own = try await ada.request("PATCH", "/api/movies/\(adas)", json: "{\"posterFileId\": \"\(poster)\"}")
        #expect(own.status == 200 && own.members["posterFileId"] as? String == poster)
    }

    /// Uploads a picture with a grant, through filmd.
    private static func upload(by person: Person, _ order: String) async throws -> String {
        let grant = try await person.request("POST", "/api/grants", json: order)
        try #require(grant.status == 201, "\(grant.members)")
        let token = try #require(grant.members["token"] as? String)
        let metadata = try #require(grant.members["metadata"] as? [String: String])
        let picture = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/Fixtures/cogs.gif"
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: picture)))
        let bearer = [("Authorization", "Bearer \(token)"), ("Tus-Resumable", "1.0.0")]
        let written = metadata.map { "\($0) \(Data($1.utf8).base64EncodedString())" }.joined(separator: ",")
        let created = try await person.service.request(
            "POST",
            "/api/uploads",
            bearer + [("Upload-Length", "\(bytes.count)"), ("Upload-Metadata", written)],
            body: []
        )
        let path = try #require(created["Location"], "\(created.text)")
        let sent = try await person.service.request(
            "PATCH",
            path,
            bearer + [("Upload-Offset", "0"), ("Content-Type", "application/offset+octet-stream")],
            body: bytes
        )
        try #require(sent.status == 204, "\(sent.text)")
        let isThere = try await eventually(within: .seconds(40)) {
            let record = try await Person.request(person.service, "GET", path, bearer)
            return (record.members["file"] as? [String: Any])?["id"] != nil
        }
        try #require(isThere)
        let record = try await Person.request(person.service, "GET", path, bearer)
        return try #require((record.members["file"] as? [String: Any])?["id"] as? String)
    }
}
