import MediaTesting
import Testing

@Suite("Databases of other kinds", .serialized, .timeLimit(.minutes(5)))
struct DatabaseVersionTests {
    @Test(
        "E1: PostgreSQL of other major versions: upload, thumbnail, reference, deletion",
        arguments: PostgresVersions.others
    )
    func version(_ major: Int) async throws {
        let cluster = try await ThrowawayPostgres.make(
            settings: ThrowawayPostgres.fast,
            programs: try await PostgresVersions.programs(of: major)
        )
        let site = try await DaemonSite(database: .on(cluster), configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=one").record()
            #expect(try await daemon.request("GET", "\(record.url)?preset=w342").status == 200)
            _ = try await site.sql(
                """
                CREATE TABLE movies (poster uuid REFERENCES media.files (id) ON DELETE RESTRICT); \
                INSERT INTO movies SELECT id FROM media.files
                """
            )
            let refused = try await daemon.request("DELETE", "/api/media/\(record.id)")
            #expect(refused.status == 409)
            #expect(refused.text.contains("file_referenced"))
            _ = try await site.sql("DROP TABLE movies")
            #expect(try await daemon.request("DELETE", "/api/media/\(record.id)").status == 204)
        }
        #expect(try await daemon.terminate() == .exited(0))
        try await site.remove()
        try await cluster.remove()
    }

    @Test("E1: mediad database upgrade refuses a configured database with a sentence")
    func configured() async throws {
        let site = try await DaemonSite(
            database: .url("host=127.0.0.1 dbname=app user=media"),
            configuration: Configurations.standard
        )
        let outcome = try await site.run(["database", "upgrade"])
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("its administrator does that"), "\(outcome.errors)")
        try await site.remove()
    }

    @Test("E1: mediad database upgrade brings the embedded database on, and the files are served as before")
    func upgrade() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        let daemon = try await site.start()
        let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=one").record()
        #expect(try await daemon.terminate() == .exited(0))
        let environment = ["MEDIAD_EMBEDDED_BINARIES": try await PostgresVersions.programs(of: 17)]
        let outcome = try await site.run(
            ["database", "upgrade", "--old-binaries", "/usr/lib/postgresql/15/bin"],
            environment: environment,
            within: .seconds(120)
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        let next = try await site.start(environment: environment)
        try await withLog(of: next) { () async throws in
            #expect(try await next.request("GET", record.url).status == 200)
            #expect(try await next.records(in: "posters") == [record])
        }
        #expect(try await next.terminate() == .exited(0))
        try await site.remove()
    }
}
