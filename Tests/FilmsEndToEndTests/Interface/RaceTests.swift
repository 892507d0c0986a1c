import Foundation
import MediaTesting
import Testing

@Suite("Requests to filmd at once", .serialized, .films, .timeLimit(.minutes(5)))
struct RaceTests {
    private static func atOnce(
        _ count: Int,
        _ request: @escaping @Sendable (Int) async throws -> Person.Answer
    ) async throws -> [(status: Int, body: String)] {
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for index in 0..<count {
                group.addTask {
                    let answer = try await request(index)
                    return (answer.status, answer.response.text)
                }
            }
            return try await group.reduce(into: []) { $0.append((status: $1.0, body: $1.1)) }
        }
    }

    @Test("S6: of many first accounts one is the administrator")
    func firstAccount() async throws {
        let films = try await Films.start(hasAdministrator: false)
        let made = try await Self.atOnce(8) { index in
            let json = """
                {"id": "\(Person.newID())", "username": "first\(index)", "email": "first\(index)@example.org", \
                "password": "\(Person.password)"}
                """
            return try await Person.request(films.service, "POST", "/api/accounts", json: json)
        }
        #expect(made.allSatisfy { $0.status == 201 }, "\(made)")
        #expect(made.count { $0.body.contains("\"administrator\"") } == 1)
        try await films.stop()
    }

    @Test("S5: one id, twenty times at once: with one body one film and one answer, with others one film and 409")
    func oneID() async throws {
        let person = try await BadInputTests.person()
        let (same, other) = (Person.newID(), Person.newID())
        let equal = try await Self.atOnce(20) { _ in
            try await person.request("POST", "/api/movies", json: "{\"id\": \"\(same)\", \"title\": \"a\"}")
        }
        #expect(equal.allSatisfy { $0.status == 201 } && Set(equal.map(\.body)).count == 1)
        let differing = try await Self.atOnce(20) { index in
            try await person.request("POST", "/api/movies", json: "{\"id\": \"\(other)\", \"title\": \"\(index)\"}")
        }
        #expect(differing.count { $0.status == 201 } == 1 && differing.count { $0.status == 409 } == 19)
        // Deleted and created at once: whatever came first, it ends deleted or never was again.
        let mixed = try await Self.atOnce(20) { index in
            index.isMultiple(of: 2)
                ? try await person.request("DELETE", "/api/movies/\(same)")
                : try await person.request("POST", "/api/movies", json: "{\"id\": \"\(same)\", \"title\": \"a\"}")
        }
        #expect(mixed.allSatisfy { [201, 204, 410].contains($0.status) } && mixed.count { $0.status == 204 } == 1)
        #expect(try await person.request("GET", "/api/movies/\(same)").status == 410)
        let again = try await person.request("POST", "/api/movies", json: "{\"id\": \"\(same)\", \"title\": \"a\"}")
        #expect(again.status == 410)
    }

    @Test("S5: of two changes at once the later counts, and what it replaced is told; with If-Match one is refused")
    func changes() async throws {
        let person = try await BadInputTests.person()
        let movie = try await person.addMovie()
        let changed = try await Self.atOnce(10) { index in
            let json = "{\"title\": \"t\(index)\", \"baseVersions\": {\"title\": 1}}"
            return try await person.request("PATCH", "/api/movies/\(movie)", json: json)
        }
        #expect(changed.allSatisfy { $0.status == 200 } && changed.count { $0.body.contains("\"overwrote\"") } == 9)
        let now = try await person.request("GET", "/api/movies/\(movie)")
        #expect(now.members["version"] as? Int == 11)
        let tag = try #require(now.response["ETag"])
        let guarded = try await Self.atOnce(10) { index in
            let json = "{\"year\": \(1900 + index)}"
            return try await person.request("PATCH", "/api/movies/\(movie)", [("If-Match", tag)], json: json)
        }
        #expect(guarded.count { $0.status == 200 } == 1 && guarded.count { $0.status == 412 } == 9)
    }

    @Test(
        "S6: an account that is deleted while its sessions work ends all of them, and nothing of it is an error of ours"
    )
    func deletedAccount() async throws {
        let person = try await BadInputTests.person()
        let movie = try await person.addMovie()
        let answers = try await Self.atOnce(30) { index in
            switch index % 5 {
            case 0 where index == 15:
                try await person.request("DELETE", "/api/me", json: "{\"password\": \"\(Person.password)\"}")
            case 0: try await person.request("GET", "/api/snapshot")
            case 1:
                try await person.request(
                    "POST",
                    "/api/movies/\(movie)/comments",
                    json: "{\"id\": \"\(Person.newID())\", \"text\": \"x\"}"
                )
            case 2:
                try await person.request(
                    "PUT",
                    "/api/movies/\(movie)/history",
                    json: "{\"positionSeconds\": \(index), \"watched\": false}"
                )
            case 3:
                try await person.request(
                    "POST",
                    "/api/movies",
                    json: "{\"id\": \"\(Person.newID())\", \"title\": \"x\"}"
                )
            default:
                try await person.request(
                    "POST",
                    "/api/playlists",
                    json: "{\"id\": \"\(Person.newID())\", \"name\": \"x\"}"
                )
            }
        }
        #expect(answers.allSatisfy { $0.status < 500 }, "\(answers.filter { $0.status >= 500 })")
        #expect(try await eventually { try await person.request("GET", "/api/me").status == 401 })
        let kept = try await (try await BadInputTests.person()).request("GET", "/api/movies/\(movie)")
        #expect(kept.status == 200 && kept.members["addedBy"] is NSNull)
    }
}
