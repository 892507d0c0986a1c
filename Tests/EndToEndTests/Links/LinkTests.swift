import MediaTesting
import Testing

/// `/api/media/{id}/links` and `/api/links` of the real daemon.
@Suite("Links", .daemon(), .timeLimit(.minutes(3)))
struct LinkTests {
    private static func link(
        _ id: String,
        _ json: String,
        _ type: String = "application/json"
    ) async throws -> ProbeResponse {
        try await Daemon.current().request(
            "POST",
            "/api/media/\(id)/links",
            [("Content-Type", type)],
            body: Array(json.utf8)
        )
    }

    private static func file() async throws -> Record {
        try await Daemon.current().upload(Samples.text(), "collection=documents&name=\(uniqueName())").record()
    }

    private static func links(_ target: String) async throws -> [JSONValue] {
        let response = try await Daemon.current().request("GET", target)
        #expect(response.status == 200, "\(response.text)")
        return try #require(try JSONValue(parsing: response.body)["links"]?.array)
    }

    @Test("A link is 201 and then 200, is found from both sides, and goes with 204 and then 404")
    func journey() async throws {
        let (file, entity) = (try await Self.file(), uniqueName())
        let wanted = #"{"entity": "\#(entity)", "entityId": "42", "role": "poster", "unknown": {"a": [1, null]}}"#
        let first = try await Self.link(file.id, wanted)
        #expect(first.status == 201, "\(first.text)")
        let link = try JSONValue(parsing: first.body)
        #expect(link["fileId"]?.string == file.id && link["url"]?.string == file.url && link["single"] == .bool(false))
        let second = try await Self.link(file.id, wanted)
        #expect(second.status == 200 && second.body == first.body)
        #expect(try await Self.links("/api/media/\(file.id)/links") == [link])
        #expect(try await Self.links("/api/links?entity=\(entity)&entityId=42") == [link])
        #expect(try await Self.links("/api/links?entity=\(entity)&entityId=42&role=still") == [])
        let daemon = try Daemon.current()
        let refusal = try await daemon.request("DELETE", "/api/media/\(file.id)")
        let problem = try refusal.expectProblem(409, "file_referenced")
        #expect(problem["references"] == .array([]))
        #expect(
            problem["links"]
                == .array([.object(["entity": .string(entity), "entityId": .string("42"), "role": .string("poster")])])
        )
        let target = "/api/media/\(file.id)/links?entity=\(entity)&entityId=42&role=poster"
        #expect(try await daemon.request("DELETE", target).status == 204)
        try await daemon.request("DELETE", target).expectProblem(404, "not_found")
        #expect(try await daemon.request("DELETE", "/api/media/\(file.id)").status == 204)
    }

    @Test("In a single role the next file takes the place, also with several clients at once")
    func single() async throws {
        let entity = uniqueName()
        var files: [Record] = []
        for _ in 0..<4 { files.append(try await Self.file()) }
        let wanted = #"{"entity": "\#(entity)", "entityId": "1", "role": "poster", "single": true}"#
        let daemon = try Daemon.current()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for file in files {
                group.addTask {
                    try await Daemon.$scoped.withValue(daemon) { try await Self.link(file.id, wanted).status }
                }
            }
            for try await status in group { #expect(status == 201) }
        }
        let left = try await Self.links("/api/links?entity=\(entity)&entityId=1")
        #expect(left.count == 1)
        // All of one thing at once: what an application does when it deletes it.
        #expect(try await daemon.request("DELETE", "/api/links?entity=\(entity)&entityId=1").status == 204)
        #expect(try await Self.links("/api/links?entity=\(entity)&entityId=1") == [])
    }

    @Test("Links come page by page, and no cursor of another form is taken")
    func pages() async throws {
        let (file, entity) = (try await Self.file(), uniqueName())
        for number in 1...5 {
            let wanted = #"{"entity": "\#(entity)", "entityId": "\#(number)/é", "role": "poster"}"#
            #expect(try await Self.link(file.id, wanted).status == 201)
        }
        var (found, cursor): ([String], String?) = ([], "")
        let daemon = try Daemon.current()
        while let next = cursor {
            let query = "limit=2" + (next.isEmpty ? "" : "&cursor=\(next)")
            let response = try await daemon.request("GET", "/api/media/\(file.id)/links?\(query)")
            let page = try JSONValue(parsing: response.body)
            found += try #require(page["links"]?.array).compactMap { $0["entityId"]?.string }
            cursor = page["nextCursor"]?.string
        }
        #expect(found == (1...5).map { "\($0)/é" })
        for cursor in ["x", "W10", "%00", "bnVsbA", String(repeating: "A", count: 5000)] {
            let target = "/api/links?entity=\(entity)&entityId=1&cursor=\(cursor)"
            #expect(try await daemon.request("GET", target).status == 400, "\(cursor)")
        }
    }

    @Test(
        "What is not as it should be is refused by its name",
        arguments: [
            (#"{"entity": "movie", "entityId": 42, "role": "poster"}"#, "entityId"),
            (#"{"entity": "movie", "entityId": "42"}"#, "role"),
            (#"{"entity": ["movie"], "entityId": "42", "role": "poster"}"#, "entity"),
            (#"{"entity": null, "entityId": "42", "role": "poster"}"#, "entity"),
            (#"{"entity": "movie", "entityId": "42", "role": "poster", "single": "yes"}"#, "single"),
            (#"{"entity": "", "entityId": "42", "role": "poster"}"#, "entity"),
            (#"{"entity": "a/b", "entityId": "42", "role": "poster"}"#, "entity"),
            (#"{"entity": "movie", "entityId": "4\u0000", "role": "poster"}"#, "entityId"),
            (#"{"entity": "movie", "entityId": "42", "role": "\#(String(repeating: "x", count: 65))"}"#, "role"),
            ("[]", "object"), ("", "object"), ("{", "object"), ("null", "object"),
            (String(repeating: #"{"a":"#, count: 600), "object"),
        ]
    )
    func refused(json: String, name: String) async throws {
        let file = try await Self.file()
        let problem = try await Self.link(file.id, json).expectProblem(400, "invalid_request")
        #expect(problem["detail"]?.string?.contains(name) == true, "\(problem)")
    }

    @Test("Too long is 413, another type 415, no file 404, a missing parameter 400")
    func otherRefusals() async throws {
        let file = try await Self.file()
        let fine = #"{"entity": "movie", "entityId": "42", "role": "poster"}"#
        #expect(try await Self.link(file.id, fine + String(repeating: " ", count: 5000)).status == 413)
        try await Self.link(file.id, fine, "text/plain").expectProblem(415, "unsupported_media_type")
        for id in ["018f2b3c-0000-7000-8000-000000000001", "x"] {
            try await Self.link(id, fine).expectProblem(404, "not_found")
        }
        let daemon = try Daemon.current()
        try await daemon.request("GET", "/api/media/018f2b3c-0000-7000-8000-000000000001/links")
            .expectProblem(404, "not_found")
        for target in [
            "/api/links", "/api/links?entity=movie", "/api/links?entityId=1", "/api/links?entity=a%2Fb&entityId=1",
        ] {
            try await daemon.request("GET", target).expectProblem(400, "invalid_request")
        }
        try await daemon.request("DELETE", "/api/media/\(file.id)/links?entity=movie&entityId=42")
            .expectProblem(400, "invalid_request")
    }
}
