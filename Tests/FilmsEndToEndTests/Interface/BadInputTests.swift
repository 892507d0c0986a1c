import Foundation
import MediaTesting
import Testing

@Suite("Bad input to filmd", .films, .timeLimit(.minutes(5)))
struct BadInputTests {
    /// What is stored, stored as text, in every text of a film, a list, a comment.
    private static let harmless = [
        "'; DROP TABLE films.movies; --", "<img src=x onerror=alert(1)>", "a\u{202E}gpj.exe\u{2066}\u{200F}",
        "{{7*7}} ${x} %s %n \\u0000", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
    ]

    @Test("S5, S7, S8: texts that look like SQL, HTML or turn the direction are kept as they are", arguments: harmless)
    func texts(text: String) async throws {
        let person = try await Self.person()
        let json = Person.quoted(text)
        let movie = Person.newID()
        let made = try await person.request(
            "POST",
            "/api/movies",
            json: "{\"id\": \"\(movie)\", \"title\": \(json), \"description\": \(json), \"tags\": [\(json)]}"
        )
        #expect(made.status == 201)
        #expect(made.members["title"] as? String == text && made.members["description"] as? String == text)
        #expect(made.members["tags"] as? [String] == [text])
        #expect(made.response["Content-Type"] == "application/json")
        #expect(made.response["X-Content-Type-Options"] == "nosniff")
        let comment = try await person.request(
            "POST",
            "/api/movies/\(movie)/comments",
            json: "{\"id\": \"\(Person.newID())\", \"text\": \(json)}"
        )
        #expect(comment.status == 201 && comment.members["text"] as? String == text)
        let list = try await person.request(
            "POST",
            "/api/playlists",
            json: "{\"id\": \"\(Person.newID())\", \"name\": \(json)}"
        )
        #expect(list.status == 201 && list.members["name"] as? String == text)
        let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        #expect(try await person.request("GET", "/api/movies?search=\(escaped)").status == 200)
        let name = try await Person.request(
            person.service,
            "POST",
            "/api/accounts",
            json: """
                {"id": "\(Person.newID())", "username": \(json), "email": \(json), "password": "\(Person.password)"}
                """
        )
        #expect(name.status == 422 && name.fields == ["username: username", "email: email"])
    }

    @Test(
        "S5: values that are none are refused with the name of their field",
        arguments: [
            ("\"rating\": 10.05", 422, "rating: rating"), ("\"rating\": \"9,5\"", 400, "rating: invalid"),
            ("\"rating\": \"9.5\"", 400, "rating: invalid"), ("\"rating\": 9.55", 422, "rating: rating"),
            ("\"rating\": -0.1", 422, "rating: rating"), ("\"rating\": true", 400, "rating: invalid"),
            ("\"rating\": 1e999", 400, nil), ("\"rating\": NaN", 400, nil), ("\"year\": 99999", 422, "year: year"),
            ("\"year\": 1927.5", 422, "year: year"), ("\"year\": \"1927\"", 400, "year: invalid"),
            ("\"title\": \"b\"", 400, "title: invalid"),
            ("\"description\": \"a\\u0000b\"", 422, "description: invalid"),
            ("\"description\": \"\\ud800\"", 400, nil), ("\"tags\": [\"\\u200b\"]", 422, "tags: required"),
            ("\"categories\": \"x\"", 400, "categories: invalid"), ("\"posterFileId\": \"x\"", 422, "posterFileId: id"),
            ("\"posterFileId\": \"00000000-0000-7000-8000-000000000000\"", 422, "posterFileId: file_wrong_purpose"),
        ] as [(String, Int, String?)]
    )
    func values(member: String, status: Int, field: String?) async throws {
        let person = try await Self.person()
        let json = "{\"id\": \"\(Person.newID())\", \"title\": \"a\", \(member)}"
        let refused = try await person.request("POST", "/api/movies", json: json)
        #expect(refused.status == status && refused.fields == [field].compactMap(\.self), "\(refused.members)")
    }

    @Test("A title of a megabyte is too long, a body of two is too large, deep nesting is no JSON")
    func large() async throws {
        let person = try await Self.person()
        let title = String(repeating: "x", count: 1_000_000)
        let long = try await person.request(
            "POST",
            "/api/movies",
            json: "{\"id\": \"\(Person.newID())\", \"title\": \"\(title)\"}"
        )
        #expect(long.status == 422 && long.fields == ["title: too_long"])
        let huge = try await person.request("POST", "/api/movies", json: "{\"title\": \"\(title)\(title)\"}")
        #expect(huge.status == 413 && huge.code == "payload_too_large")
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        #expect(try await person.request("POST", "/api/movies", json: "{\"title\": \(deep)}").status == 400)
        let head = try await person.request("GET", "/api/movies", [("X-Long", String(repeating: "a", count: 40_000))])
        #expect(head.status == 431)
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            let refused = try await person.request("POST", "/api/movies", [("Content-Type", type)], json: "{}")
            #expect(refused.status == 415 && refused.code == "unsupported_media_type")
        }
    }

    @Test(
        "Cursors of others, of other queries, edited ones and those of no history are refused, none is an error of ours"
    )
    func cursors() async throws {
        let (ada, ben) = (try await Self.person(), try await Self.person())
        for _ in 0..<3 { _ = try await ada.addMovie() }
        let page = try await ada.request("GET", "/api/movies?limit=2")
        let cursor = try #require(page.members["nextCursor"] as? String)
        #expect(try await ada.request("GET", "/api/movies?limit=1&cursor=\(cursor)").status == 200)
        for (person, path) in [
            (ben, "/api/movies?cursor=\(cursor)"), (ada, "/api/movies?sort=title&cursor=\(cursor)"),
            (ada, "/api/movies?cursor=A\(cursor.dropFirst())"), (ada, "/api/snapshot?page=\(cursor)"),
        ] {
            let refused = try await person.request("GET", path)
            #expect(refused.status == 400 && refused.code == "invalid_cursor", "\(path)")
        }
        let now = try await ada.request("GET", "/api/changes?since=now")
        let epoch = try #require(now.members["cursor"] as? String).prefix { $0 != "." }
        for since in ["\(epoch).9223372036854775807", "zzzz.1", "\(epoch).100000000"] {
            let expired = try await ada.request("GET", "/api/changes?since=\(since)")
            #expect(expired.status == 410 && expired.code == "cursor_expired", "S11: \(since)")
        }
        for since in ["", "NOW", "\(epoch).-1", "\(epoch).9223372036854775808"] {
            #expect(try await ada.request("GET", "/api/changes?since=\(since)").status == 400, "\(since)")
        }
    }

    @Test(
        "S5: numbers of a query are plain decimals",
        arguments: [
            "ratingFrom=0x5", "ratingFrom=1e0", "ratingFrom=inf", "ratingFrom=nan", "ratingFrom=%2B5",
            "ratingFrom=%205",
            "ratingFrom=5.", "limit=%2B5", "limit=0x5", "limit=5%0A",
        ]
    )
    func numbers(query: String) async throws {
        let person = try await Self.person()
        let refused = try await person.request("GET", "/api/movies?\(query)")
        #expect(refused.status == 400 && refused.code == "invalid_request")
        #expect(try await person.request("GET", "/api/movies?ratingFrom=7.5&limit=5").status == 200)
    }

    @Test("S6, S7, S8: nobody reads or changes what is another's")
    func others() async throws {
        let (ada, ben) = (try await Self.person(), try await Self.person())
        let movie = try await ada.addMovie()
        let comment = Person.newID()
        _ = try await ada.request(
            "POST",
            "/api/movies/\(movie)/comments",
            json: "{\"id\": \"\(comment)\", \"text\": \"x\"}"
        )
        let lists = try await ada.request("GET", "/api/playlists").members["playlists"] as? [[String: Any]]
        let list = try #require(lists?.first?["id"] as? String)
        let sessions = try await ada.request("GET", "/api/me/sessions").members["sessions"] as? [[String: Any]]
        let session = try #require(sessions?.first?["id"] as? String)
        let item = "{\"id\": \"\(Person.newID())\", \"movieId\": \"\(movie)\"}"
        let attempts: [(String, String, String?, Int)] = [
            ("GET", "/api/playlists/\(list)", nil, 404), ("PATCH", "/api/playlists/\(list)", "{\"name\": \"x\"}", 404),
            ("DELETE", "/api/playlists/\(list)", nil, 404), ("POST", "/api/playlists/\(list)/items", item, 404),
            ("PATCH", "/api/movies/\(movie)/comments/\(comment)", "{\"text\": \"y\"}", 403),
            ("DELETE", "/api/movies/\(movie)/comments/\(comment)", nil, 403),
            ("PATCH", "/api/movies/\(movie)", "{\"title\": \"y\"}", 403),
            ("PUT", "/api/movies/\(movie)", "{\"title\": \"y\"}", 403),
            ("DELETE", "/api/movies/\(movie)", nil, 403),
            ("POST", "/api/grants", "{\"purpose\": \"poster\", \"movieId\": \"\(movie)\"}", 403),
            ("DELETE", "/api/me/sessions/\(session)", nil, 404), ("GET", "/api/movies/\(movie)/history", nil, 404),
        ]
        for (method, path, json, status) in attempts {
            #expect(try await ben.request(method, path, json: json).status == status, "\(method) \(path)")
        }
        let mine = try await ada.request("GET", "/api/movies/\(movie)")
        #expect(mine.members["title"] as? String == "A film")
        let raised = try await ben.request(
            "PATCH",
            "/api/me",
            json: "{\"role\": \"administrator\", \"id\": \"\(ada.id)\"}"
        )
        #expect(raised.members["role"] as? String == "member" && raised.members["id"] as? String == ben.id)
        for member in ["username", "email", "password", "preferences"] {
            let refused = try await ben.request("PATCH", "/api/me", json: "{\"\(member)\": null}")
            #expect(refused.status == 422 && refused.fields.contains("\(member): required"))
        }
    }

    /// Somebody who is no administrator: the first account of the service is another one.
    static func person() async throws -> Person {
        let films = try Films.current()
        let name = "p" + Person.newID().replacingOccurrences(of: "-", with: "")
        let person = try await Person.join(films.service, name)
        let me = try await person.request("GET", "/api/me")
        guard me.members["role"] as? String == "administrator" else { return person }
        return try await Self.person()
    }
}
