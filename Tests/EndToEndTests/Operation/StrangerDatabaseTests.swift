import MediaTesting
import Testing

@Suite("F3: a database that does not belong to the storage root", .serialized, .timeLimit(.minutes(5)))
struct StrangerDatabaseTests {
    /// Starts a daemon that is to be refused, and returns its last words.
    private static func refusal(on site: DaemonSite) async throws -> String {
        let process = try await site.launch()
        #expect(await process.waitForExit(atMost: .seconds(60)) == .exited(2))
        await process.kill9()
        return process.standardError
    }

    @Test("is refused at the start, beside the running daemon and after it; thumbnails and paused uploads stay")
    func wrongDatabase() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        let (record, upload) = try await withLog(of: daemon) {
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=kept").record()
            #expect(try await daemon.request("GET", "\(record.url)?preset=w342").status == 200)
            let created = try await daemon.request(
                "POST",
                "/api/uploads",
                [
                    ("Tus-Resumable", "1.0.0"), ("Upload-Length", "1000"),
                    ("Upload-Metadata", "collection cG9zdGVycw==,name bGF0ZQ=="), ("Content-Length", "0"),
                ]
            )
            #expect(created.status == 201)
            return (record, try #require(created["Location"]))
        }
        let other = try await DaemonSite(configuration: Configurations.standard, root: site.root)
        #expect(try await Self.refusal(on: other).contains("adopt-database"))
        #expect(try await daemon.request("GET", "\(record.url)?preset=w342").status == 200)
        #expect(try await daemon.terminate() == .exited(0))
        #expect(try await Self.refusal(on: other).contains("adopt-database"))
        // Without database.url: no embedded database is made.
        let forgotten = try await DaemonSite(
            database: .embedded,
            configuration: Configurations.standard,
            root: site.root
        )
        #expect(try await Self.refusal(on: forgotten).contains("database.url"))
        #expect(!site.namesInRoot.contains("postgres"))
        let again = try await site.start()
        try await withLog(of: again) {
            #expect(try await again.request("GET", record.url).status == 200)
            let path =
                upload.hasPrefix("http") ? String(upload.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }) : upload
            let head = try await again.request("HEAD", path, [("Tus-Resumable", "1.0.0")])
            #expect(head.status == 200)
        }
        #expect(try await again.terminate() == .exited(0))
        for site in [other, forgotten, site] { try await site.remove() }
    }

    @Test(
        "is not made for a storage root that is not there, as one that is misspelt",
        arguments: ["fsck", "import", "adopt-database"]
    )
    func misspelt(command: String) async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        let outcome = try await site.run([command])
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("is no storage root"), "\(outcome.errors)")
        #expect(site.namesInRoot == [])
        try await site.remove()
    }

    @Test("is taken over with mediad adopt-database, after a restore")
    func adopted() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        _ = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=kept").record()
        #expect(try await daemon.terminate() == .exited(0))
        let restored = try await DaemonSite(configuration: Configurations.standard, root: site.root)
        #expect(try await restored.run(["fsck"]).ending == .exited(2))
        #expect(try await restored.run(["adopt-database"]).ending == .exited(0))
        let next = try await restored.start()
        #expect(try await next.terminate() == .exited(0))
        // The one before is the stranger now.
        #expect(try await Self.refusal(on: site).contains("adopt-database"))
        for site in [restored, site] { try await site.remove() }
    }

    @Test("that suddenly knows nothing costs no thumbnail: the log says so, and a repair is an operator's word")
    func emptied() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=kept").record()
        #expect(try await daemon.request("GET", "\(record.url)?preset=w342").status == 200)
        // The response does not wait for the disk.
        let thumbnails = "\(site.root)/renditions/\(record.sha256.prefix(2))/\(record.sha256.prefix(32))"
        #expect(try await eventually { !FileNames.inside(thumbnails).isEmpty })
        #expect(try await daemon.terminate() == .exited(0))
        _ = try await site.sql("SELECT set_config('media.deleting', 'yes', true); TRUNCATE media.files CASCADE")
        let next = try await site.start()
        #expect(try await eventually { next.log.contains("more than a crash can explain") })
        #expect(!next.log.contains("Removed stale thumbnails"))
        #expect(!FileNames.inside(thumbnails).isEmpty)
        #expect(try await next.terminate() == .exited(0))
        try await site.remove()
    }
}

extension DaemonSite {
    /// What lies in the storage root itself.
    fileprivate var namesInRoot: [String] { FileNames.inside(root) }
}
