import MediaTesting
import Testing

/// Somebody changes the database under the running daemon: a dump that is restored, a right that is revoked.
@Suite("E2: a database that is changed under the daemon", .serialized, .timeLimit(.minutes(3)))
struct DatabaseFaultTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let damage: String
        let repair: String
        let sqlState: String
        var testDescription: String { self.damage }
    }

    private static let faults = [
        Fault(
            damage: "ALTER TABLE media.files RENAME TO hidden",
            repair: "ALTER TABLE media.hidden RENAME TO files",
            sqlState: "42P01"
        ),
        Fault(
            damage: "ALTER TABLE media.files RENAME COLUMN charset TO hidden",
            repair: "ALTER TABLE media.files RENAME COLUMN hidden TO charset",
            sqlState: "42703"
        ),
        Fault(
            damage: "ALTER SCHEMA media RENAME TO hidden",
            repair: "ALTER SCHEMA hidden RENAME TO media",
            sqlState: "42P01"
        ),
    ]

    @Test("is 503 with Retry-After, never 500; /readyz and the log know; put right, all goes on", arguments: faults)
    func changed(_ fault: Fault) async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=old").record()
            let paused = try await daemon.createUpload(12)
            _ = try await site.sql(fault.damage)
            var refusals = [
                try await daemon.upload(try Samples.jpeg(), "collection=posters&name=new"),
                try await daemon.request("GET", "/api/media"),
                try await daemon.request("GET", "/files/posters/other.jpg"),
                try await daemon.request("DELETE", "/api/media/\(record.id)"),
            ]
            if fault.damage.contains("SCHEMA") {
                // An upload that begins needs another table than those of files.
                refusals.append(
                    try await daemon.tus("POST", "/api/uploads", [("Upload-Length", "12"), Tus.document()], body: [])
                )
            }
            for refusal in refusals {
                try refusal.expectProblem(503, "catalog_unavailable")
                #expect(refusal["Retry-After"] != nil)
                #expect(!refusal.text.contains("hidden") && !refusal.text.contains("media.files"), "\(refusal.text)")
            }
            let readiness = try await daemon.request("GET", "/readyz")
            #expect(readiness.status == 503 && !readiness.text.contains("media."), "\(readiness.text)")
            #expect(try await daemon.request("GET", "/healthz").status == 200)
            #expect(daemon.log.contains("[\(fault.sqlState)]") && daemon.log.contains("does not exist"))
            // A resumable upload without an answer from the database keeps its folder until the reaper has looked.
            #expect(
                try await eventually { site.filesInStaging.allSatisfy { $0.hasPrefix("uploads/") } },
                "\(site.filesInStaging)"
            )
            _ = try await site.sql(fault.repair)
            #expect(try await eventually { try await daemon.request("GET", "/readyz").status == 200 })
            #expect(try await daemon.upload(try Samples.jpeg(), "collection=posters&name=new").status == 201)
            #expect(try await daemon.patch(paused, at: 0, Array("hello world\n".utf8)).status == 204)
            #expect(try await daemon.request("DELETE", "/api/media/\(record.id)").status == 204)
        }
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }

    @Test("that lacks a part at the start ends the daemon, and every command, with the server's words")
    func atStart() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        #expect(try await site.run(["migrate"]).ending == .exited(0))
        _ = try await site.sql("DROP TABLE media.moves CASCADE")
        let process = try await site.launch()
        #expect(await process.waitForExit(atMost: .seconds(60)) == .exited(2))
        await process.kill9()
        #expect(process.standardError.contains("42P01") && process.standardError.contains("media.moves"))
        let fsck = try await site.run(["fsck"])
        #expect(fsck.ending == .exited(2) && fsck.errors.contains("42P01"), "\(fsck.errors)")
        try await site.remove()
    }

    @Test("that is dropped leaves the daemon alive, unready, and stopping as ever")
    func dropped() async throws {
        let cluster = try await ThrowawayPostgres.shared()
        // Unique: databases are the server's.
        let name = "dropped_\(UInt64.random(in: .min ... .max))"
        try await cluster.execute("CREATE DATABASE \(name)")
        let site = try await DaemonSite(
            database: .url(cluster.connectionString(database: name)),
            configuration: Configurations.standard
        )
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            try await cluster.execute("DROP DATABASE \(name) WITH (FORCE)")
            #expect(try await eventually { try await daemon.request("GET", "/readyz").status == 503 })
            let refused = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=new")
            try refused.expectProblem(503, "catalog_unavailable")
            #expect(refused["Retry-After"] != nil)
            #expect(try await eventually { daemon.log.contains("3D000") })
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}
