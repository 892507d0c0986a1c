import Foundation
import MediaTesting
import Testing

@Suite("Tokens and cookies of filmd", .films, .timeLimit(.minutes(5)))
struct TokenTests {
    private static func encoded(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    }

    @Test("S6: tokens that are forged, edited, spelt in another way or made for a stranger's key are worth nothing")
    func forged() async throws {
        let person = try await BadInputTests.person()
        let parts = person.token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        var middle = parts[1].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        middle += String(repeating: "=", count: (4 - middle.count % 4) % 4)
        let claims = String(decoding: try #require(Data(base64Encoded: middle)), as: UTF8.self)
        let raised = Self.encoded(claims.replacingOccurrences(of: "member", with: "administrator"))
        try #require(raised != parts[1])
        let zeros = Self.encoded(String(repeating: "\u{0}", count: 64))
        var tokens = [
            "\(parts[0]).\(raised).\(parts[2])", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])",
            "\(person.token)=", "\(person.token)==", "\(person.token) x", "\(person.token).a.b", "....", "",
            String(repeating: "a", count: 5000),
        ]
        for header in [
            "{\"alg\":\"none\"}", "{\"alg\":\"None\",\"typ\":\"JWT\"}", "{\"alg\":\"HS256\",\"kid\":\"x\"}",
            "{\"alg\":\"EdDSA\",\"kid\":\"../../etc/passwd\"}", "{\"alg\":\"EdDSA\",\"kid\":\"' OR 1=1 --\"}",
            "{\"alg\":\"EdDSA\",\"crit\":[\"x\"],\"x\":1}", "[]", "{}",
        ] {
            tokens += ["\(Self.encoded(header)).\(raised).", "\(Self.encoded(header)).\(raised).\(zeros)"]
        }
        for token in tokens {
            let refused = try await Person.request(
                person.service,
                "GET",
                "/api/me",
                [("Authorization", "Bearer \(token)")]
            )
            #expect(refused.status == 401, "\(token.prefix(80))")
            #expect(refused.response["WWW-Authenticate"] == "Bearer")
        }
        #expect(try await person.request("GET", "/api/me").status == 200)
        // No cookie makes a request somebody's; no token in an address does.
        let cookie = try await Person.request(person.service, "GET", "/api/me", [("Cookie", person.cookie)])
        #expect(cookie.status == 401)
        let address = try await Person.request(person.service, "GET", "/api/me?access_token=\(person.token)")
        #expect(address.status == 401 && !person.service.log.contains(person.token))
    }

    @Test(
        "A page of another site can neither sign in, nor refresh, nor sign out",
        arguments: [
            ("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"), ("Origin", "http://127.0.0.1:1"),
        ]
    )
    func otherSites(name: String, value: String) async throws {
        let person = try await BadInputTests.person()
        let fields = [("Cookie", person.cookie), (name, value)]
        for (method, path) in [("POST", "/api/session/refresh"), ("DELETE", "/api/session")] {
            let refused = try await Person.request(person.service, method, path, fields)
            #expect(refused.status == 403 && refused.response["Set-Cookie"] == nil, "\(method) \(path)")
        }
        let json = "{\"username\": \"\(person.name)\", \"password\": \"\(Person.password)\"}"
        let signIn = try await Person.request(person.service, "POST", "/api/session", [(name, value)], json: json)
        #expect(signIn.status == 403 && signIn.response["Set-Cookie"] == nil)
        for type in ["text/plain", "application/x-www-form-urlencoded"] {
            let form = try await Person.request(
                person.service,
                "POST",
                "/api/session",
                [("Content-Type", type)],
                json: json
            )
            #expect(form.status == 415)
        }
        let preflight = try await Person.request(
            person.service,
            "OPTIONS",
            "/api/session",
            [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")]
        )
        #expect(preflight.response["Access-Control-Allow-Origin"] == nil)
        // Nothing of it has ended the session.
        let own = try await Person.request(
            person.service,
            "POST",
            "/api/session/refresh",
            [("Cookie", person.cookie), ("Origin", person.service.url), ("Sec-Fetch-Site", "same-origin")]
        )
        #expect(own.status == 200)
    }

    @Test(
        "S6: two processes give the same successor for one refresh token; a session that ends at one ends at the other"
    )
    func twoProcesses() async throws {
        let films = try Films.current()
        let other = try await films.startAnother(front: films.front)
        let person = try await BadInputTests.person()
        let cookies = try await withThrowingTaskGroup(of: String?.self) { group in
            for index in 0..<8 {
                let service = index.isMultiple(of: 2) ? films.service : other
                group.addTask {
                    let fields = [("Cookie", person.cookie)]
                    let refreshed = try await Person.request(service, "POST", "/api/session/refresh", fields)
                    return refreshed.response["Set-Cookie"].map { String($0.prefix { $0 != ";" }) }
                }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(cookies.count == 1 && cookies.first.flatMap(\.self) != nil)
        #expect(try await person.request("GET", "/api/me", on: other).status == 200)
        #expect(try await person.request("DELETE", "/api/session").status == 204)
        #expect(try await eventually { try await person.request("GET", "/api/me", on: other).status == 401 })
        #expect(try await other.terminate() == .exited(0))
    }

    @Test("Nobody gets somebody else's archive: it is that of the token's account, whatever the address says")
    func foreignExport() async throws {
        let ada = try await BadInputTests.person()
        let eve = try await BadInputTests.person()
        let own = try await ada.request("GET", "/api/me/export")
        try #require(own.status == 200 && own.response.body.count > 100)
        #expect(try await Person.request(ada.service, "GET", "/api/me/export").status == 401)
        let cookie = try await Person.request(ada.service, "GET", "/api/me/export", [("Cookie", ada.cookie)])
        #expect(cookie.status == 401)
        for path in ["/api/me/export?id=\(ada.id)", "/api/me/export?username=\(ada.name)"] {
            #expect(try await eve.request("GET", path).status == 400, "\(path)")
        }
        for path in ["/api/accounts/\(ada.id)/export", "/api/\(ada.id)/export", "/api/me/export/\(ada.id)"] {
            #expect(try await eve.request("GET", path).status == 404, "\(path)")
        }
        let other = try await eve.request("GET", "/api/me/export", [("X-Account", ada.id), ("Cookie", ada.cookie)])
        #expect(other.status == 200)
        let contents = String(decoding: other.response.body, as: UTF8.self)
        #expect(contents.contains(eve.id) && !contents.contains(ada.id))
        #expect(String(decoding: own.response.body, as: UTF8.self).contains(ada.id))
    }
}
