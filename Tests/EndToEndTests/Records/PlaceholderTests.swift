import FoundationEssentials
import MediaTesting
import Testing

@Suite("A placeholder", .timeLimit(.minutes(3)))
struct PlaceholderTests {
    @Test("comes with the record of a picture, and with none else")
    func records() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let picture = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
            let hash = try #require(picture.thumbHash.flatMap { Data(base64Encoded: $0) })
            #expect((17...25).contains(hash.count))
            #expect(picture.dominantColor?.count == 7 && picture.dominantColor?.hasPrefix("#") == true)
            #expect(picture.hasAlpha == false && picture.frames == 1)
            let note = try await daemon.upload(Samples.text(), "collection=documents").record()
            #expect(note.thumbHash == nil && note.dominantColor == nil && note.frames == nil && note.media == nil)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("is filled in for files that were recorded by a mediad that made none, and for imported ones")
    func filledIn() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        var daemon = try await site.start()
        let before = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=old").record()
        #expect(try await daemon.terminate() == .exited(0))
        // As migration 4 leaves the records that are there.
        _ = try await site.sql(
            """
            UPDATE media.files SET thumb_hash = NULL, dominant_color = NULL, frames = NULL, has_alpha = NULL, \
            color_model = NULL, facts_version = NULL
            """
        )
        try Data(try Samples.jpeg()).write(to: URL(fileURLWithPath: site.place("posters/imported.jpg")))
        #expect(try await site.run(["import"]).ending == .exited(0))
        daemon = try await site.start()
        let second = daemon
        try await withLog(of: second) {
            func record(_ path: String) async throws -> Record? {
                try Record.list(try await second.request("GET", "/api/media?path=\(path)").body).first
            }
            #expect(try await eventually { try await record(before.path)?.thumbHash != nil })
            let after = try await record(before.path)
            #expect(after == before)
            #expect(try await record("posters/imported.jpg")?.thumbHash != nil)
            let query =
                "SELECT kind FROM media.changes WHERE file_id = '\(before.id)' AND kind LIKE 'file.%' ORDER BY position"
            #expect(
                try await eventually { try await site.sql(query) == ["file.created", "file.updated", "file.updated"] }
            )
            #expect(try await second.terminate() == .exited(0))
        }
        await second.kill9()
        try await site.remove()
    }
}
