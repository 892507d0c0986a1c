import MediaTesting
import Testing

@Suite("A focal point", .daemon(), .timeLimit(.minutes(3)))
struct FocalPointTests {
    private func patch(
        _ id: String,
        _ json: String,
        type: String? = "application/json"
    ) async throws -> ProbeResponse {
        let fields = type.map { [("Content-Type", $0)] } ?? []
        return try await Daemon.current().request("PATCH", "/api/media/\(id)", fields, body: Array(json.utf8))
    }

    private func record(_ answer: ProbeResponse) throws -> Record {
        try #require(answer.status == 200, "\(answer.text)")
        return try Record(try JSONValue(parsing: answer.body))
    }

    @Test("is set, shown, changed and taken away, and nothing else of the record changes but its time")
    func setting() async throws {
        let daemon = try Daemon.current()
        let before = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        #expect(before.focalPoint == nil)
        for type in ["application/json", "application/merge-patch+json", "Application/JSON; charset=utf-8"] {
            let set = try self.record(
                try await self.patch(before.id, #"{"focalPoint": {"x": 0.5, "y": 0.3}}"#, type: type)
            )
            #expect(set.focalPoint == .init(x: 0.5, y: 0.3))
        }
        let seen = try self.record(try await daemon.request("GET", "/api/media/\(before.id)"))
        #expect(seen.focalPoint == .init(x: 0.5, y: 0.3))
        #expect(seen.id == before.id && seen.sha256 == before.sha256 && seen.createdAt == before.createdAt)
        #expect(seen.updatedAt > before.updatedAt)
        #expect(try self.record(try await self.patch(before.id, "{}")) == seen)
        let cleared = try self.record(try await self.patch(before.id, #"{"focalPoint": null}"#))
        #expect(cleared.focalPoint == nil && cleared.updatedAt > seen.updatedAt)
        #expect(cleared.renditions == before.renditions && cleared.sha256 == before.sha256)
    }

    @Test("decides what the next thumbnail shows, also where one is cached")
    func cropping() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        func thumbnail() async throws -> ProbeResponse {
            // Twice: the second may come from what is kept.
            _ = try await daemon.request("GET", "/files/\(record.path)?preset=s64", [("Accept", "image/webp")])
            return try await daemon.request("GET", "/files/\(record.path)?preset=s64", [("Accept", "image/webp")])
        }
        var seen: [String: [UInt8]] = [:]
        for point in [#"{"x": 0.5, "y": 0}"#, #"{"x": 0.5, "y": 1}"#] {
            _ = try self.record(try await self.patch(record.id, "{\"focalPoint\": \(point)}"))
            let answer = try await thumbnail()
            try #require(answer.status == 200, "\(answer.text)")
            seen[try #require(answer["ETag"])] = answer.body
        }
        #expect(seen.count == 2, "each has its own tag")
        #expect(Set(seen.values).count == 2, "the upper end and the lower end of the picture are not the same")
    }

    @Test("goes with the bytes: a replacement begins without, the same bytes keep it")
    func replacing() async throws {
        let daemon = try Daemon.current()
        let (bytes, name) = (try Samples.jpeg(), uniqueName())
        let first = try await daemon.upload(bytes, "collection=posters&name=\(name)").record()
        _ = try self.record(try await self.patch(first.id, #"{"focalPoint": {"x": 1, "y": 0}}"#))
        let same = try await daemon.upload(bytes, "collection=posters&name=\(name)").record()
        #expect(same.focalPoint == .init(x: 1, y: 0))
        let other = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
        #expect(other.id == first.id && other.focalPoint == nil)
    }

    @Test("is refused where it makes no sense, with the reason")
    func refusals() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=avatars").record()
        let good = #"{"focalPoint": {"x": 0.5, "y": 0.3}}"#
        try await self.patch(record.id, #"{"focalPoint": {"x": 2, "y": 0.3}}"#).expectProblem(400, "invalid_request")
        let conditional = try await daemon.request(
            "PATCH",
            "/api/media/\(record.id)",
            [("Content-Type", "application/json"), ("If-Match", "\"\(record.sha256.prefix(32))\"")],
            body: Array(good.utf8)
        )
        try conditional.expectProblem(412, "precondition_failed")
        try await self.patch(record.id, #"{"name": "x"}"#).expectProblem(400, "invalid_request")
        try await self.patch(record.id, "").expectProblem(400, "invalid_request")
        let long = try await self.patch(record.id, good + String(repeating: " ", count: 5000))
        try long.expectProblem(413, "invalid_request")
        for type in ["text/plain", "application/x-www-form-urlencoded", nil] {
            let answer = try await self.patch(record.id, good, type: type)
            try answer.expectProblem(415, "unsupported_media_type")
            #expect(answer["Accept-Patch"] == "application/json, application/merge-patch+json")
        }
        let note = try await daemon.upload(Samples.text(), "collection=documents").record()
        try await self.patch(note.id, good).expectProblem(415, "not_renderable")
        try await self.patch("019ad0c5-0000-7000-8000-000000000001", good).expectProblem(404, "not_found")
        try await self.patch("x", good).expectProblem(404, "not_found")
        #expect(try await daemon.request("OPTIONS", "/api/media/\(record.id)")["Accept-Patch"] != nil)
        let unchanged = try self.record(try await daemon.request("GET", "/api/media/\(record.id)"))
        #expect(unchanged == record)
    }

    @Test("is an event like every other change")
    func event() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
        _ = try self.record(try await self.patch(record.id, #"{"focalPoint": {"x": 0, "y": 0}}"#))
        let query =
            "SELECT kind FROM media.changes WHERE file_id = '\(record.id)' AND kind LIKE 'file.%' ORDER BY position"
        #expect(try await eventually { try await daemon.site.sql(query) == ["file.created", "file.updated"] })
    }
}
