import MediaTesting
import Testing

@Suite("The commands of the feed", .timeLimit(.minutes(3)))
struct FeedCommandTests {
    @Test("print what happened, by the API and by hand, and find what happened past the triggers")
    func commands() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let record = try await daemon.upload(Samples.text(), "collection=documents&name=a").record()
            _ = try await site.sql(
                "INSERT INTO media.links VALUES ('movie', '42', 'script', '\(record.id)', true); DELETE FROM media.links"
            )
            _ = try await site.sql("UPDATE media.files SET original_filename = 'by hand'")
            // The daemon stamps what was done by hand, too.
            #expect(try await eventually { try await site.sql("SELECT head::text FROM media.feed") == ["4"] })
            let all = try await site.run(["feed", "tail", "--since", "floor", "--once"])
            #expect(all.ending == .exited(0), "\(all.errors)")
            let lines = all.lines
            let kinds = ["file.created", "link.added", "link.removed", "file.updated"]
            #expect(lines.count == kinds.count)
            for (line, kind) in zip(lines, kinds) {
                #expect(
                    line.contains("\"type\":\"\(kind)\"") && line.contains("\"fileId\":\"\(record.id)\""),
                    "\(line)"
                )
            }
            // As the API gives them: with the record, and with what uses the file, also where nothing does.
            #expect(lines.allSatisfy { $0.contains("\"file\":{") && $0.contains("\"links\":[") })
            #expect(lines[1].contains("\"links\":[{\"entity\":\"movie\",\"entityId\":\"42\",\"role\":\"script\"}]"))
            let epoch = try #require(try await site.sql("SELECT epoch FROM media.feed").first)
            let rest = try await site.run(["feed", "tail", "--since", "\(epoch).3", "--once"])
            #expect(rest.lines == lines.suffix(1))
            let expired = try await site.run(["feed", "tail", "--since", "\(epoch).5", "--once"])
            #expect(expired.ending == .exited(2))
            #expect(try await site.run(["feed", "tail", "--since", "yesterday"]).ending != .exited(0))
            #expect(try await site.run(["feed", "verify"]).ending == .exited(0))
            _ = try await site.sql(
                "SET session_replication_role = replica; UPDATE media.files SET path = 'documents/b.txt'"
            )
            let found = try await site.run(["feed", "verify"])
            #expect(found.ending == .exited(1))
            #expect(found.text.contains(record.id))
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}
