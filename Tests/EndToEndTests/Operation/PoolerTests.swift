import Glibc
import MediaTesting
import PostgresCluster
import Testing

/// PgBouncer between mediad and its database.
@Suite("E4: a connection pooler in between", .serialized, .timeLimit(.minutes(3)))
struct PoolerTests {
    @Test("for transactions is refused with a sentence", arguments: ["transaction", "statement"])
    func transactions(_ mode: String) async throws {
        try await Self.with(mode) { site in
            let process = try await site.launch()
            #expect(await process.waitForExit(atMost: .seconds(60)) == .exited(2))
            await process.kill9()
            #expect(process.standardError.contains("pool_mode = session"))
        }
    }

    @Test("for sessions is as good as the server itself")
    func sessions() async throws {
        try await Self.with("session") { site in
            let daemon = try await site.start()
            try await withLog(of: daemon) {
                let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=one").record()
                #expect(try await daemon.request("GET", record.url).status == 200)
            }
            #expect(try await daemon.terminate() == .exited(0))
        }
    }

    private static func with(_ mode: String, _ body: (DaemonSite) async throws -> Void) async throws {
        let cluster = try await ThrowawayPostgres.shared()
        let database = "pooled_\(mode)"
        try await cluster.execute("CREATE DATABASE \(database)")
        let directory = try await ThrowawayDirectories.make()
        // The server lets in by peer: the pooler has to run as this process's user, or the server's.
        let account = try ServerAccount.resolve(preferred: "postgres")
        try FileOperations.replace(
            "\(directory)/pgbouncer.ini",
            with: """
                [databases]
                \(database) = host=\(cluster.socketDirectory) port=\(ServerSettings.port) user=\(AccessRules.role)
                [pgbouncer]
                listen_addr =
                unix_socket_dir = \(directory)/run
                listen_port = 6432
                auth_type = any
                pool_mode = \(mode)
                """
        )
        try FileOperations.makeDirectory("\(directory)/run", mode: 0o755, owner: account)
        let switching = account.needsSwitch ? ["--user", account.name] : []
        let pooler = try await ChildProcess.start(
            .init("/usr/sbin/pgbouncer", ["--quiet"] + switching + ["\(directory)/pgbouncer.ini"])
        )
        let url = "host=\(directory)/run port=6432 user=\(AccessRules.role) dbname=\(database)"
        #expect(try await eventually { access("\(directory)/run/.s.PGSQL.6432", F_OK) == 0 }, "\(pooler.standardError)")
        let site = try await DaemonSite(database: .url(url), configuration: Configurations.standard)
        do {
            try await body(site)
        } catch {
            await pooler.kill9()
            throw error
        }
        await pooler.kill9()
        try await site.remove()
        try ThrowawayDirectories.remove(directory)
    }
}
