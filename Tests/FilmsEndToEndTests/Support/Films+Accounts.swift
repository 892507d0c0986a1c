import BrowserTesting
import FoundationEssentials
import MediaTesting
import Testing

/// An account that a test made by HTTP, and what it sees there.
struct Account: Sendable {
    let films: Films
    let id: String
    let username: String
    let password: String
    /// Good for a quarter of an hour.
    let token: String

    /// The body of a good response; null where there is none.
    @discardableResult
    func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let response = try await self.request(method, path, body)
        try #require((200..<300).contains(response.status), "\(method) \(path): \(response.status) \(response.text)")
        return response.body.isEmpty ? .null : try JSONValue(parsing: response.body)
    }

    /// Any response.
    func request(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> ProbeResponse {
        var fields = [("Authorization", "Bearer \(self.token)"), ("Accept", "application/json")]
        if body != nil { fields.append(("Content-Type", "application/json")) }
        return try await self.films.service.request(method, path, fields, body: try body?.encoded())
    }

    /// All films of this title.
    func movies(titled title: String) async throws -> [JSONValue] {
        try await self.ask("GET", "/api/movies?limit=200")["movies"].elements.filter { $0["title"].text == title }
    }

    /// Adds a film past the page.
    func addMovie(_ title: String, _ more: [String: JSONValue] = [:]) async throws -> String {
        let id = Films.freshID()
        let members: [String: JSONValue] = ["id": .string(id), "title": .string(title)]
        try await self.ask("POST", "/api/movies", .object(members.merging(more) { $1 }))
        return id
    }

    /// The films of one of the lists that everybody has, in order.
    func items(of kind: String) async throws -> [String] {
        let lists = try await self.ask("GET", "/api/playlists")["playlists"].elements
        return lists.first { $0["kind"].text == kind }?["items"].elements.compactMap { $0["movieId"].text } ?? []
    }
}

extension Films {
    /// A UUID of version 7 (RFC 9562, 5.7).
    static func freshID() -> String {
        // Unique: names a thing for a service that knows everything that was made before.
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        let more = String(UInt64.random(in: .min ... .max), radix: 16)
        let random = Array((digits + more + String(repeating: "0", count: 32)).prefix(18))
        // Clock: the first 48 bits of such an id.
        let now = Int64(Date.now.timeIntervalSince1970 * 1000)
        let time = String(String(now | 1 << 48, radix: 16).suffix(12))
        return
            "\(time.prefix(8))-\(time.suffix(4))-7\(String(random[0..<3]))-8\(String(random[3..<6]))-\(String(random[6..<18]))"
    }

    /// Makes an account, and a session for what the test looks at past the page.
    func makeAccount(_ username: String) async throws -> Account {
        let password = "\(username) likes films"
        let id = Self.freshID()
        try await self.post(
            "/api/accounts",
            [
                "id": .string(id), "username": .string(username), "email": .string("\(id)@example.org"),
                "password": .string(password),
            ],
            expecting: 201
        )
        return try await self.signIn(username, password: password, id: id)
    }

    /// The first account of this database, which may do everything.
    func administrator() async throws -> Account {
        try await self.signIn("administrator", password: "administrator likes films", id: "")
    }

    /// A session of an account that is there.
    func signIn(_ username: String, password: String, id: String) async throws -> Account {
        let session = try await self.post(
            "/api/session",
            ["username": .string(username), "password": .string(password)],
            expecting: 200
        )
        let token = try #require(session["accessToken"].text)
        return Account(films: self, id: id, username: username, password: password, token: token)
    }

    @discardableResult
    private func post(_ path: String, _ body: JSONValue, expecting status: Int) async throws -> JSONValue {
        let fields = [("Content-Type", "application/json")]
        let response = try await self.service.request("POST", path, fields, body: try body.encoded())
        try #require(response.status == status, "\(path): \(response.status) \(response.text)")
        return try JSONValue(parsing: response.body)
    }
}
