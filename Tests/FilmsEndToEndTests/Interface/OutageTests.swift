import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("filmd while something is away", .serialized, .timeLimit(.minutes(5)))
struct OutageTests {
    @Test("mediad away: films, lists and comments go on; what needs a file says media_unavailable and changes nothing")
    func media() async throws {
        let films = try await Films.start()
        let person = try await Person.join(films.service, "ada")
        let movie = try await person.addMovie()
        await films.media.kill9()
        let grant = try await person.request(
            "POST",
            "/api/grants",
            [("Accept-Language", "fr")],
            json: "{\"purpose\": \"poster\", \"movieId\": \"\(movie)\"}"
        )
        #expect(grant.status == 503 && grant.code == "media_unavailable" && grant.response["Retry-After"] != nil)
        #expect(grant.detail?.hasPrefix("Le service des fichiers est injoignable") == true)
        let poster = try await person.request(
            "PATCH",
            "/api/movies/\(movie)",
            json: "{\"title\": \"b\", \"posterFileId\": \"\(Person.newID())\"}"
        )
        #expect(poster.status == 503 && poster.code == "media_unavailable")
        let avatar = try await person.request("PATCH", "/api/me", json: "{\"avatarFileId\": \"\(Person.newID())\"}")
        #expect(avatar.status == 503)
        let same = try await person.request("GET", "/api/movies/\(movie)")
        #expect(
            same.status == 200 && same.members["title"] as? String == "A film" && same.members["version"] as? Int == 1
        )
        for (method, path, json, status) in [
            ("PATCH", "/api/movies/\(movie)", "{\"title\": \"c\", \"posterFileId\": null}", 200),
            ("POST", "/api/movies/\(movie)/comments", "{\"id\": \"\(Person.newID())\", \"rating\": 9}", 201),
            ("PUT", "/api/movies/\(movie)/history", "{\"positionSeconds\": 1, \"watched\": false}", 200),
            ("POST", "/api/playlists", "{\"id\": \"\(Person.newID())\", \"name\": \"x\"}", 201),
        ] {
            #expect(try await person.request(method, path, json: json).status == status, "\(method) \(path)")
        }
        #expect(try await person.request("GET", "/api/snapshot").status == 200)
        let readiness = try await Person.request(films.service, "GET", "/readyz")
        #expect(readiness.status == 200 && readiness.members["media"] as? String == "unavailable")
        #expect(try await films.service.terminate() == .exited(0))
        try await films.site.remove()
    }

    @Test(
        "The database away: 503 with Retry-After within seconds, the page still comes, and all goes on when it is back"
    )
    func database() async throws {
        let cluster = try await ThrowawayPostgres.make()
        let films = try await Films.start(database: .on(cluster))
        let person = try await Person.join(films.service, "ada")
        let movie = try await person.addMovie()
        await cluster.kill9()
        for (method, path, json) in [
            ("GET", "/api/movies", nil), ("GET", "/api/snapshot", nil), ("GET", "/api/changes?since=now", nil),
            ("PATCH", "/api/movies/\(movie)", "{\"title\": \"b\"}"),
            ("POST", "/api/session", "{\"username\": \"ada\", \"password\": \"\(Person.password)\"}"),
        ] as [(String, String, String?)] {
            let start = ContinuousClock.now
            let refused = try await person.request(method, path, [("Accept-Language", "fr")], json: json)
            #expect(refused.status == 503 && refused.code == "database_unavailable", "\(path) \(refused.members)")
            #expect(refused.response["Retry-After"] != nil && refused.response["Content-Language"] == "fr")
            // Clock: that a client hears of the outage soon is what is promised.
            #expect(ContinuousClock.now - start < .seconds(20), "\(path)")
        }
        #expect(try await Person.request(films.service, "GET", "/").status == 200)
        #expect(try await Person.request(films.service, "GET", "/healthz").status == 200)
        #expect(try await Person.request(films.service, "GET", "/readyz").status == 503)
        try await cluster.start()
        #expect(
            try await eventually(within: .seconds(60)) {
                try await person.request("GET", "/api/movies/\(movie)").status == 200
            }
        )
        let renamed = try await person.request("PATCH", "/api/movies/\(movie)", json: "{\"title\": \"c\"}")
        #expect(renamed.status == 200 && renamed.members["version"] as? Int == 2)
        #expect(try await films.service.terminate() == .exited(0))
        await films.media.kill9()
        try await films.site.remove()
        try await cluster.remove()
    }

    @Test("A disk without room for a trailer: the upload says 507, the film stays as it is, and all else goes on")
    func noRoom() async throws {
        var disk = statvfs()
        try #require(statvfs("/tmp", &disk) == 0)
        // All but half a gigabyte is to be left free, and the trailer has nearly a whole one.
        let reserve = disk.f_bavail * disk.f_frsize - 512 << 20
        let films = try await Films.start(mediaEnvironment: ["MEDIAD_STORAGE_RESERVE": "\(reserve)"])
        let person = try await Person.join(films.service, "ada")
        let movie = try await person.addMovie()
        let grant = try await person.request(
            "POST",
            "/api/grants",
            json: "{\"purpose\": \"trailer\", \"movieId\": \"\(movie)\"}"
        )
        let token = try #require(grant.members["token"] as? String)
        let metadata = try #require(grant.members["metadata"] as? [String: String]).map { name, value in
            "\(name) \(Data(value.utf8).base64EncodedString())"
        }
        let refused = try await films.media.request(
            "POST",
            "/api/uploads",
            [
                ("Tus-Resumable", "1.0.0"), ("Authorization", "Bearer \(token)"),
                ("Upload-Length", "\(1000 << 20)"), ("Upload-Metadata", metadata.joined(separator: ",")),
            ],
            body: []
        )
        #expect(refused.status == 507 && refused.text.contains("\"storage_full\""), "\(refused.text)")
        let same = try await person.request("GET", "/api/movies/\(movie)")
        #expect(same.status == 200 && same.members["version"] as? Int == 1)
        let json = "{\"id\": \"\(Person.newID())\", \"rating\": 9}"
        #expect(try await person.request("POST", "/api/movies/\(movie)/comments", json: json).status == 201)
        #expect(try await films.service.terminate() == .exited(0))
        await films.media.kill9()
        try await films.site.remove()
    }
}
