import Foundation
import MediaTesting
import Testing

/// Grants as clients use them; two daemons on one storage root and one database.
@Suite("Upload grants", .serialized, .timeLimit(.minutes(5)))
struct UploadGrantTests {
    private static let secret = "0123456789abcdef-secret"

    /// Two daemons with a key that may do everything.
    private struct Scene: Sendable {
        let site: DaemonSite
        let first: DaemonProcess
        let second: DaemonProcess
        let key: String

        var bearer: (String, String) { UploadGrantTests.bearer(key) }

        /// Asks for a grant for a document.
        func grant(_ members: String) async throws -> String {
            let body = Array("{\"collection\": \"documents\", \(members)}".utf8)
            let answer = try await first.request("POST", "/api/grants", [bearer], body: body)
            try #require(answer.status == 201, "\(answer.text)")
            let json = try JSONValue(parsing: answer.body)
            #expect(json.members == ["token", "expiresAt"])
            #expect(isRFC3339(try #require(json["expiresAt"]?.string)))
            return try #require(json["token"]?.string)
        }
    }

    private static func bearer(_ token: String) -> (String, String) { ("Authorization", "Bearer \(token)") }

    private static func with(
        _ settings: String = "",
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        let site = try await DaemonSite(
            configuration: Configurations.standard + "access:\n  signatureKeys: [\(Self.secret)]\n" + settings
        )
        let (first, second) = (try await site.start(), try await site.start())
        try await withLog(of: first) {
            try await withLog(of: second) {
                let made = try await site.run(["key", "create", "--name", "test", "--scope", "manage"])
                let key = try #require(made.lines.first, "\(made.errors)")
                // Until then the daemons do not know that there is a key.
                try await requireEventually {
                    guard try await first.request("POST", "/api/grants", body: []).status == 401 else { return false }
                    return try await second.request("POST", "/api/grants", body: []).status == 401
                }
                try await body(Scene(site: site, first: first, second: second, key: key))
            }
        }
        for daemon in [first, second] { #expect(try await daemon.terminate() == .exited(0), "\(daemon.lastWords)") }
        try await site.remove()
    }

    @Test("signed by the recipe of the documentation, or by the command, let one file in")
    func offline() async throws {
        try await Self.with { scene in
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let page = try String(contentsOf: root.appending(path: "docs/grants.md"), encoding: .utf8)
            let recipe = try #require(
                page.firstRange(of: "```python\n").flatMap { begin in
                    page[begin.upperBound...].firstRange(of: "```").map { page[begin.upperBound..<$0.lowerBound] }
                }
            )
            let name = uniqueName()
            let signed = try await ChildProcess.run(
                .init(
                    "python3",
                    ["-c", String(recipe)],
                    environment: ["SECRET": Self.secret, "NAME": name],
                    directory: scene.site.directory
                )
            )
            let token = try #require(signed.lines.first, "\(signed.errors)")
            let record = try await scene.first.upload(Samples.document(100), "", [Self.bearer(token)]).record()
            #expect(record.path == "documents/\(name).txt" && record.owner == "user1")

            let made = try await scene.site.run(["grant", "--collection", "documents", "--name", "\(name)-2"])
            #expect(made.lines.count == 1, "\(made.text) \(made.errors)")
            let other = try await scene.second.upload(Samples.document(100), "grant=\(made.lines.first ?? "")")
            #expect(try other.record().path == "documents/\(name)-2.txt")
            #expect(other["Referrer-Policy"] == "no-referrer")
            for daemon in [scene.first, scene.second] { #expect(!daemon.log.contains("eyJ")) }
        }
    }

    @Test("for one plain upload: the same bytes again are the same file, others are refused")
    func plain() async throws {
        try await Self.with { scene in
            let name = uniqueName()
            let token = try await scene.grant("\"name\": \"\(name)\", \"owner\": \"ann\", \"maximumSize\": 500")
            let bytes = Samples.document(200)
            let form = Form().file(bytes, fileName: "a.txt")
            let record = try await scene.first.upload(form, query: "grant=\(token)").record()
            #expect(record.path == "documents/\(name).txt" && record.owner == "ann")
            #expect(try await scene.second.upload(bytes, "grant=\(token)").record() == record)
            try await scene.second.upload(Samples.document(201), "grant=\(token)").expectProblem(409, "grant_used")
            let next = try await scene.grant("\"name\": \"\(name)-2\", \"maximumSize\": 500")
            try await scene.first.upload(Samples.document(501), "grant=\(next)").expectProblem(413, "file_too_large")
            try await scene.first.upload(Samples.document(9), "name=other", [Self.bearer(next)])
                .expectProblem(403, "forbidden")
            try await scene.first.upload(Samples.document(9), "grant=\(scene.key)").expectProblem(401, "token_invalid")
            try await scene.first.upload(Samples.document(9), "grant=\(next)x").expectProblem(401, "token_invalid")
            _ = try await scene.first.upload(Samples.document(9), "grant=\(next)").record()
        }
    }

    @Test("for one tus upload: whoever begins again finds it at either daemon, and nobody else uses it")
    func tus() async throws {
        try await Self.with { scene in
            let bytes = Samples.document(50_000)
            let token = try await scene.grant("\"name\": \"\(uniqueName())\", \"size\": \(bytes.count)")
            let fields = [("Upload-Length", "\(bytes.count)"), Self.bearer(token)]
            let locations = try await withThrowingTaskGroup(of: String.self) { group in
                for daemon in Array(repeating: [scene.first, scene.second], count: 6).flatMap(\.self) {
                    group.addTask {
                        let answer = try await daemon.tus("POST", "/api/uploads", fields, body: [])
                        #expect(answer.status == 201, "\(answer.text)")
                        return String(answer["Location"]?.split(separator: "/").last ?? "")
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            let path = "/api/uploads/" + (try #require(locations.first))
            #expect(locations.count == 1)
            let part = try await scene.first.request(
                "PATCH",
                path,
                Tus.patch(at: 0, [Self.bearer(token)]),
                body: Array(bytes.prefix(20_000))
            )
            #expect(part.status == 204)
            let again = try await scene.second.tus("POST", "/api/uploads", fields, body: [])
            #expect(again.status == 201 && again["Upload-Offset"] == "20000")
            #expect(again["Location"]?.hasSuffix(path) == true)
            let other = try await scene.grant("\"name\": \"other\"")
            #expect(try await scene.first.tus("HEAD", path, [Self.bearer(other)]).status == 404)
            #expect(try await scene.first.tus("HEAD", path).status == 401)
            #expect(
                try await scene.first.tus("HEAD", "/api/uploads/\(String(repeating: "0", count: 32))").status == 401
            )
            #expect(try await scene.first.tus("HEAD", path, [scene.bearer]).status == 200)
            let rest = try await scene.second.request(
                "PATCH",
                path,
                Tus.patch(at: 20_000, [Self.bearer(token)]),
                body: Array(bytes[20_000...])
            )
            #expect(rest.status == 204, "\(rest.text)")
            let done = try await scene.first.tus("POST", "/api/uploads", fields, body: [])
            #expect(done.status == 201 && done["Upload-Offset"] == "\(bytes.count)")
        }
    }

    @Test("and quotas: of many uploads of one owner to two daemons at once, as many go through as he may have")
    func quota() async throws {
        try await Self.with("  quota:\n    files: 5\n") { scene in
            let owner = uniqueName()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 {
                    let token = try await scene.grant("\"name\": \"\(owner)-\(number)\", \"owner\": \"\(owner)\"")
                    group.addTask {
                        let daemon = number % 4 < 2 ? scene.first : scene.second
                        guard number.isMultiple(of: 2) else {
                            return try await daemon.upload(Samples.document(100), "grant=\(token)").status
                        }
                        let fields = [("Upload-Length", "100"), Self.bearer(token)]
                        return try await daemon.tus("POST", "/api/uploads", fields, body: []).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 5, "\(statuses)")
            #expect(statuses.filter { $0 == 507 }.count == 7, "\(statuses)")
        }
    }

    @Test("Requests that come too often are told when to come again")
    func rates() async throws {
        try await Self.with("  rates:\n    key: 5\n    window: 60s\n") { scene in
            var last = try await scene.first.request("GET", "/api/media", [scene.bearer])
            #expect(last["RateLimit-Policy"] == #""key";q=5;w=60"#)
            #expect(last["RateLimit"]?.hasPrefix(#""key";r=4;t="#) == true)
            for _ in 0..<5 { last = try await scene.first.request("GET", "/api/media", [scene.bearer]) }
            try last.expectProblem(429, "rate_limited")
            let seconds = try #require(last["Retry-After"].flatMap { Int($0) })
            #expect((1...60).contains(seconds))
            #expect(try await scene.second.request("GET", "/api/media", [scene.bearer]).status == 200)
            #expect(try await scene.first.request("GET", "/healthz").status == 200)
        }
    }
}
