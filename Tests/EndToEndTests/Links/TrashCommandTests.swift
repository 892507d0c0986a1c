import MediaTesting
import Testing

/// `mediad trash`, `mediad rm`, `mediad doctor`, and a collection that collects what nothing uses.
@Suite("Commands for what was deleted", .serialized, .timeLimit(.minutes(5)))
struct TrashCommandTests {
    /// What nothing uses is collected soon.
    static let configuration =
        Configurations.standard.replacing(
            "    maximumSize: 256KiB\n",
            with: """
                    maximumSize: 256KiB
                    collectUnlinkedAfter: 5s

                """
        ) + "trash:\n  sweepInterval: 200ms\n"

    @Test("list, restore and empty work beside a daemon")
    func commands() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            var files: [Record] = []
            for name in ["one", "two", "three"] {
                files.append(try await daemon.upload(Samples.text(), "collection=documents&name=\(name)").record())
            }
            let paths = files.map(\.path)
            let removed = try await ChildProcess.run(
                .init(try DaemonBinary.path(), ["rm", "--server", daemon.url] + paths.prefix(2))
            )
            #expect(removed.ending == .exited(0) && removed.lines.filter { !$0.isEmpty } == Array(paths.prefix(2)))
            let gone = try await ChildProcess.run(
                .init(try DaemonBinary.path(), ["rm", "--permanent", "--force", "--server", daemon.url, paths[2]])
            )
            #expect(gone.ending == .exited(0))
            let list = try await site.run(["trash", "list", "--json"])
            let entries = try list.lines.filter { !$0.isEmpty }.map { try JSONValue(parsing: Array($0.utf8)) }
            #expect(entries.map { $0["path"]?.string } == [paths[1], paths[0]])
            let restored = try await site.run(["trash", "restore", files[0].id])
            #expect(restored.ending == .exited(0) && restored.lines.first == paths[0], "\(restored.errors)")
            #expect(try await eventually { try await daemon.request("GET", files[0].url).status == 200 })
            let again = try await site.run(["trash", "restore", files[0].id])
            #expect(again.ending == .exited(0) && again.lines.first == paths[0], "\(again.errors)")
            let unknown = try await site.run(["trash", "restore", "01890000-0000-7000-8000-000000000000"])
            #expect(unknown.ending == .exited(2) && unknown.errors.contains("no file with this id in the trash"))
            let kept = try await site.run(["trash", "empty", "--older-than", "1d"])
            #expect(kept.lines.first?.hasPrefix("Deleted 0 files") == true)
            let emptied = try await site.run(["trash", "empty"])
            #expect(emptied.lines.first?.hasPrefix("Deleted 1 files") == true, "\(emptied.lines)")
            #expect(FileNames.inside("\(site.root)/trash") == [])
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test("doctor tells what does not protect files, and is silent when all is well")
    func doctor() async throws {
        let site = try await DaemonSite()
        let early = try await site.run(["doctor"])
        #expect(early.ending == .exited(2) && early.errors.contains("mediad migrate"), "\(early.errors)")
        #expect(try await site.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'media'") == ["0"])
        #expect(try await site.run(["key", "list"]).ending == .exited(2))
        #expect(try await site.run(["migrate"]).ending == .exited(0))
        #expect(try await ChildProcess.run(.init("mkdir", ["-p", "\(site.root)/files"])).ending == .exited(0))
        let well = try await site.run(["doctor"])
        #expect(well.ending == .exited(0) && well.lines.allSatisfy(\.isEmpty), "\(well.lines) \(well.errors)")
        _ = try await site.sql("CREATE TABLE movies (poster uuid REFERENCES media.files (id) ON DELETE CASCADE)")
        let ill = try await site.run(["doctor"])
        #expect(ill.ending == .exited(1))
        #expect(ill.lines.contains { $0.hasPrefix("cascade public.movies (poster): ") }, "\(ill.lines)")
        #expect(ill.lines.contains("    CREATE INDEX CONCURRENTLY ON public.movies (poster);"))
        try await site.remove()
    }

    @Test("Never linked and not referenced: reaped after the grace time; linked or referenced: never")
    func collected() async throws {
        let site = try await DaemonSite(configuration: Self.configuration)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            var files: [String: Record] = [:]
            for name in ["unused", "linked", "referenced"] {
                files[name] = try await daemon.upload(Samples.text(), "collection=documents&name=\(name)").record()
            }
            let other = try await daemon.upload(Samples.png(), "collection=posters&name=other").record()
            let (linked, referenced) = (try #require(files["linked"]), try #require(files["referenced"]))
            _ = try await site.sql("SELECT media.link('\(linked.id)', 'movie', '1', 'script')")
            _ = try await site.sql(
                "CREATE TABLE m (f uuid REFERENCES media.files (id)); INSERT INTO m VALUES ('\(referenced.id)')"
            )
            #expect(try await eventually { site.filesInTree == [linked.path, referenced.path, other.path] })
            #expect(
                try await site.sql("SELECT reason || ' ' || path FROM media.trash") == ["reaped documents/unused.txt"]
            )
            _ = try await site.sql("DELETE FROM m")
            #expect(try await eventually { site.filesInTree == [linked.path, other.path] })
            try await site.expectClean()
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}
