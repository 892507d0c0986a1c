import MediaTesting
import Testing

/// `DELETE /api/media/{id}`, `/api/trash` and `media.delete()` of the real daemon.
@Suite("The trash of a daemon", .daemon(configuration: Configurations.sweeping), .timeLimit(.minutes(3)))
struct TrashTests {
    private static func file(_ name: String = uniqueName()) async throws -> Record {
        try await Daemon.current().upload(Samples.text(), "collection=documents&name=\(name)").record()
    }

    private static func trash() -> [String] {
        Daemon.scoped.map { FileNames.inside("\($0.site.root)/trash") } ?? []
    }

    @Test("A deleted file is gone, is listed, and comes back with the same record and bytes")
    func journey() async throws {
        let (daemon, file) = (try Daemon.current(), try await Self.file())
        #expect(try await daemon.request("DELETE", "/api/media/\(file.id)").status == 204)
        #expect(try await daemon.request("GET", file.url).status == 404)
        #expect(!daemon.site.filesInTree.contains(file.path) && Self.trash().contains(file.id))
        let entry = try JSONValue(parsing: try await daemon.request("GET", "/api/trash/\(file.id)").body)
        #expect(entry["path"]?.string == file.path && entry["reason"]?.string == "deleted")
        #expect(entry["size"]?.integer == file.size && entry["links"] == .array([]))
        let list = try JSONValue(
            parsing: try await daemon.request("GET", "/api/trash?collection=documents&limit=100").body
        )
        #expect(list["files"]?.array?.contains(entry) == true)
        #expect((list["total"]?["files"]?.integer ?? 0) > 0)
        let back = try await daemon.request("POST", "/api/trash/\(file.id)/restore")
        #expect(back.status == 200, "\(back.text)")
        #expect(try Record(try JSONValue(parsing: back.body)) == file)
        #expect(Samples.sha256(try await daemon.request("GET", file.url).body) == file.sha256)
        daemon.site.expectInTree(file)
        let again = try await daemon.request("POST", "/api/trash/\(file.id)/restore")
        #expect(again.status == 200 && again.body == back.body, "the response was lost, perhaps")
    }

    @Test("A name that is taken by now is 409 and says by what")
    func taken() async throws {
        let (daemon, name) = (try Daemon.current(), uniqueName())
        let old = try await Self.file(name)
        #expect(try await daemon.request("DELETE", "/api/media/\(old.id)").status == 204)
        let new = try await Self.file(name)
        let problem = try await daemon.request("POST", "/api/trash/\(old.id)/restore").expectProblem(409, "name_taken")
        #expect(problem["path"] == .array([.string(new.path)]))
        #expect(try await daemon.request("DELETE", "/api/media/\(new.id)?permanent=true").status == 204)
        #expect(!Self.trash().contains(new.id))
        try await daemon.request("POST", "/api/trash/\(new.id)/restore").expectProblem(404, "not_found")
        #expect(try await daemon.request("POST", "/api/trash/\(old.id)/restore").status == 200)
    }

    @Test("Force removes links, which come back with the file, and never foreign keys")
    func force() async throws {
        let (daemon, file, entity) = (try Daemon.current(), try await Self.file(), uniqueName())
        let json = #"{"entity": "\#(entity)", "entityId": "42", "role": "poster", "single": true}"#
        let linked = try await daemon.request(
            "POST",
            "/api/media/\(file.id)/links",
            [("Content-Type", "application/json")],
            body: Array(json.utf8)
        )
        #expect(linked.status == 201)
        let table = "app_\(entity.replacing("-", with: "_"))"
        _ = try await daemon.site.sql(
            """
            CREATE TABLE \(table) (id int, poster_file_id uuid REFERENCES media.files (id)); \
            INSERT INTO \(table) VALUES (1, '\(file.id)'), (2, '\(file.id)')
            """
        )
        let problem = try await daemon.request("DELETE", "/api/media/\(file.id)?force=true")
            .expectProblem(409, "file_referenced")
        let reference: [String: JSONValue] = [
            "table": .string("public.\(table)"), "column": .string("poster_file_id"), "count": .integer(2),
        ]
        #expect(problem["references"] == .array([.object(reference)]))
        #expect(problem["links"]?.array?.count == 1, "nothing was removed")
        // Dropping the table would lock media.files against the tests beside this one.
        _ = try await daemon.site.sql("DELETE FROM \(table)")
        try await daemon.request("DELETE", "/api/media/\(file.id)?force=maybe").expectProblem(400, "invalid_request")
        #expect(try await daemon.request("DELETE", "/api/media/\(file.id)?force=true").status == 204)
        let target = "/api/links?entity=\(entity)&entityId=42"
        #expect(try JSONValue(parsing: try await daemon.request("GET", target).body)["links"] == .array([]))
        #expect(try await daemon.request("POST", "/api/trash/\(file.id)/restore").status == 200)
        let links = try JSONValue(parsing: try await daemon.request("GET", target).body)["links"]?.array
        #expect(links?.first?["fileId"]?.string == file.id && links?.first?["single"] == .bool(true))
    }

    @Test("A file that is deleted with media.delete() is out of the tree within a second; DELETE by hand is refused")
    func bySQL() async throws {
        let (daemon, file) = (try Daemon.current(), try await Self.file())
        #expect(try await daemon.request("GET", file.url).status == 200)
        let url = try #require(daemon.site.databaseURL)
        let byHand = try await ChildProcess.run(.init("psql", ["-X", "-d", url, "-c", "DELETE FROM media.files"]))
        #expect(byHand.ending == .exited(1) && byHand.errors.contains("SELECT media.delete(id)"), "\(byHand.errors)")
        #expect(try await daemon.site.sql("SELECT media.delete('\(file.id)')") == ["t"])
        #expect(try await eventually(within: .seconds(5)) { Self.trash().contains(file.id) })
        #expect(!daemon.site.filesInTree.contains(file.path))
        #expect(try await eventually(within: .seconds(5)) { try await daemon.request("GET", file.url).status == 404 })
        #expect(try await daemon.request("POST", "/api/trash/\(file.id)/restore").status == 200)
        daemon.site.expectInTree(file)
    }

    @Test("What is deleted for good is gone from the disk")
    func purged() async throws {
        let (daemon, file) = (try Daemon.current(), try await Self.file())
        #expect(try await daemon.request("DELETE", "/api/media/\(file.id)").status == 204)
        #expect(try await daemon.request("DELETE", "/api/trash/\(file.id)").status == 204)
        #expect(!Self.trash().contains(file.id))
        try await daemon.request("DELETE", "/api/trash/\(file.id)").expectProblem(404, "not_found")
        let metrics = try await daemon.request("GET", "/metrics").text
        #expect(metrics.contains("mediad_trash_files") && metrics.contains("mediad_trash_bytes"))
    }
}

extension Configurations {
    /// The trash is looked after often.
    static let sweeping = standard + "trash:\n  sweepInterval: 200ms\n"
}
