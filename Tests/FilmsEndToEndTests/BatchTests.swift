import Foundation
import MediaTesting
import Testing

@Suite("Several changes in one request", .films, .timeLimit(.minutes(5)))
struct BatchTests {
    /// A person who is signed in.
    private struct Person {
        let films: Films
        let token: String

        init(_ films: Films, _ name: String) async throws {
            self.films = films
            let account: [String: Any] = [
                "id": BatchTests.newID(), "username": name, "email": "\(name)@example.org",
                "password": "correct horse battery",
            ]
            let fields = [("Content-Type", "application/json")]
            let made = try await films.service.request(
                "POST",
                "/api/accounts",
                fields,
                body: Array(try JSONSerialization.data(withJSONObject: account))
            )
            try #require(made.status == 201, "\(made.text)")
            let session = ["username": name, "password": "correct horse battery"]
            let answer = try await films.service.request(
                "POST",
                "/api/session",
                fields,
                body: Array(try JSONSerialization.data(withJSONObject: session))
            )
            let members = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
            self.token = try #require(members?["accessToken"] as? String, "\(answer.text)")
        }

        func get(_ path: String) async throws -> [String: Any] {
            let response = try await self.films.service.request(
                "GET",
                path,
                [("Authorization", "Bearer \(self.token)")]
            )
            return try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any] ?? [:]
        }

        /// The status of the whole, and the statuses and bodies of its parts.
        func send(
            _ requests: [[String: Any]]
        ) async throws -> (status: Int, parts: [(status: Int, body: [String: Any])]) {
            let response = try await self.films.service.request(
                "POST",
                "/api/batch",
                [("Authorization", "Bearer \(self.token)"), ("Content-Type", "application/json")],
                body: Array(try JSONSerialization.data(withJSONObject: ["requests": requests]))
            )
            let members = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
            let parts = (members?["responses"] as? [[String: Any]] ?? []).map { part in
                (part["status"] as? Int ?? 0, part["body"] as? [String: Any] ?? [:])
            }
            return (response.status, parts)
        }
    }

    /// A UUID of version 7 (RFC 9562 section 5.7).
    private static func newID() -> String {
        // Unique: ids that clients make.
        let random = UUID().uuidString.lowercased()
        let time = String(Int(Date().timeIntervalSince1970 * 1000), radix: 16)
        let digits = String(repeating: "0", count: 12 - time.count) + time
        return "\(digits.prefix(8))-\(digits.suffix(4))-7\(random.dropFirst(15).prefix(3))-\(random.dropFirst(19))"
    }

    private static func post(_ path: String, _ body: [String: Any]) -> [String: Any] {
        ["method": "POST", "path": path, "body": body]
    }

    @Test("All are done in their order, in the name of the person, and sent again they give the same and make nothing")
    func order() async throws {
        let person = try await Person(try Films.current(), "orderly")
        let movie = Self.newID()
        let requests = [
            Self.post("/api/movies", ["id": movie, "title": "Faust", "rating": 8.1]),
            Self.post("/api/movies/\(movie)/comments", ["id": Self.newID(), "text": "Smoke", "rating": 9.5]),
            ["method": "PATCH", "path": "/api/movies/\(movie)", "body": ["year": 1926]],
            Self.post("/api/playlists", ["id": Self.newID(), "name": "Silent"]),
        ]
        let first = try await person.send(requests)
        #expect(first.status == 200)
        #expect(first.parts.map(\.status) == [201, 201, 200, 201])
        #expect(first.parts.first?.body["title"] as? String == "Faust")
        let again = try await person.send(requests)
        #expect(again.parts.map(\.status) == [201, 201, 200, 201])
        let found = try await person.get("/api/movies/\(movie)")
        #expect(found["year"] as? Int == 1926)
        #expect((found["ratings"] as? [String: Any])?["count"] as? Int == 1)
        let removed = try await person.send([["method": "DELETE", "path": "/api/movies/\(movie)"]])
        #expect(removed.parts.map(\.status) == [204])
    }

    @Test("It ends behind the first that is refused, whose problem it has")
    func refusal() async throws {
        let person = try await Person(try Films.current(), "refused")
        let missing = Self.newID()
        let outcome = try await person.send([
            Self.post("/api/playlists", ["id": Self.newID(), "name": "Before"]),
            Self.post("/api/movies/\(missing)/comments", ["id": Self.newID(), "text": "Of nothing"]),
            Self.post("/api/playlists", ["id": Self.newID(), "name": "Behind"]),
        ])
        #expect(outcome.parts.map(\.status) == [201, 404])
        #expect(outcome.parts.last?.body["code"] as? String == "not_found")
        let lists = try await person.get("/api/playlists")["playlists"] as? [[String: Any]] ?? []
        let names = lists.compactMap { $0["name"] as? String }
        #expect(names.contains("Before") && !names.contains("Behind"))
    }

    @Test("Only changes stand in a batch; else none of it is done")
    func others() async throws {
        let films = try Films.current()
        let person = try await Person(films, "strict")
        let made = Self.post("/api/playlists", ["id": Self.newID(), "name": "Never"])
        let wrong: [[String: Any]] = [
            ["method": "GET", "path": "/api/me"], Self.post("/api/batch", ["requests": [made]]),
            Self.post("/api/session", [:]), Self.post("/api/uploads", [:]), ["method": "POST", "path": "/nowhere"],
            ["method": "POST", "path": "/api/movies\r\nHost: elsewhere"], ["path": "/api/movies"],
            Self.post("http://elsewhere/api/playlists", [:]), Self.post("//elsewhere/api/playlists", [:]),
            Self.post("/api//playlists", [:]), Self.post("/api/playlists/", [:]), Self.post("/api/./playlists", [:]),
            Self.post("/api/x/../playlists", [:]), Self.post("/api/%2e/playlists", [:]),
            Self.post("/api/playlists#x", [:]), Self.post("/api/playlists?#x", [:]), Self.post("api/playlists", [:]),
            Self.post("/api/grants", [:]), Self.post("/api/session/refresh", [:]), Self.post("/api/accounts", [:]),
            ["method": "DELETE", "path": "/api/session"], ["method": "GET", "path": "/api/sync"],
        ]
        for one in wrong { #expect(try await person.send([made, one]).status == 400, "\(one)") }
        #expect(try await person.send([]).status == 400)
        #expect(try await person.send(Array(repeating: made, count: 101)).status == 400)
        let lists = try await person.get("/api/playlists")["playlists"] as? [[String: Any]] ?? []
        #expect(!lists.contains { $0["name"] as? String == "Never" })
        let fields = [("Content-Type", "application/json")]
        #expect(try await films.service.request("POST", "/api/batch", fields, body: Array("{}".utf8)).status == 401)
    }
}
