import Foundation
import MediaTesting
import Testing

/// Somebody who uses the interface of filmd.
struct Person: Sendable {
    let service: DaemonProcess
    let id: String
    let name: String
    let token: String
    /// `films_refresh=...`
    let cookie: String

    static let password = "correct horse battery"

    /// A response with its JSON.
    struct Answer {
        var status: Int
        var members: [String: Any]
        var response: ProbeResponse

        var code: String? { self.members["code"] as? String }
        var detail: String? { self.members["detail"] as? String }
        /// `rating: rating`, of each field that is wrong.
        var fields: [String] {
            (self.members["fields"] as? [[String: Any]] ?? []).map {
                "\($0["field"] as? String ?? ""): \($0["code"] as? String ?? "")"
            }
        }
    }

    static func request(
        _ service: DaemonProcess,
        _ method: String,
        _ path: String,
        _ fields: [(String, String)] = [],
        json: String? = nil
    ) async throws -> Answer {
        let type =
            json == nil || fields.contains { $0.0 == "Content-Type" } ? [] : [("Content-Type", "application/json")]
        let response = try await service.request(method, path, fields + type, body: json.map { Array($0.utf8) })
        let members = try? JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        return Answer(status: response.status, members: members ?? [:], response: response)
    }

    /// A new account, signed in.
    static func join(_ service: DaemonProcess, _ name: String) async throws -> Person {
        let id = Self.newID()
        let made = try await Self.request(
            service,
            "POST",
            "/api/accounts",
            json: """
                {"id": "\(id)", "username": "\(name)", "email": "\(name)@example.org", "password": "\(Self.password)"}
                """
        )
        try #require(made.status == 201, "\(made.members)")
        return try await Self.signIn(service, name, id)
    }

    static func signIn(_ service: DaemonProcess, _ name: String, _ id: String) async throws -> Person {
        let json = "{\"username\": \"\(name)\", \"password\": \"\(Self.password)\"}"
        let session = try await Self.request(service, "POST", "/api/session", json: json)
        try #require(session.status == 200, "\(session.members)")
        let cookie = try #require(session.response["Set-Cookie"]?.prefix { $0 != ";" })
        return Person(
            service: service,
            id: id,
            name: name,
            token: try #require(session.members["accessToken"] as? String),
            cookie: String(cookie)
        )
    }

    func request(
        _ method: String,
        _ path: String,
        _ fields: [(String, String)] = [],
        json: String? = nil,
        on other: DaemonProcess? = nil
    ) async throws -> Answer {
        let bearer = [("Authorization", "Bearer \(self.token)")]
        return try await Self.request(other ?? self.service, method, path, bearer + fields, json: json)
    }

    /// Adds a film.
    func addMovie(_ title: String = "A film") async throws -> String {
        let id = Self.newID()
        let json = "{\"id\": \"\(id)\", \"title\": \(Self.quoted(title))}"
        let made = try await self.request("POST", "/api/movies", json: json)
        try #require(made.status == 201, "\(made.members)")
        return id
    }

    /// A text as JSON.
    static func quoted(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: text, options: .fragmentsAllowed)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    /// A UUID of version 7.
    static func newID() -> String {
        // Unique: records of tests that run at once on one service.
        var random = SystemRandomNumberGenerator()
        let milliseconds = UInt64(Date().timeIntervalSince1970 * 1000)
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0..<0x1000, using: &random)
        let low = UInt64.random(in: 0..<(1 << 62), using: &random) | 1 << 63
        let text = String(format: "%016lx%016lx", high, low)
        let characters = Array(text)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(characters[$0]) }.joined(separator: "-")
    }
}
