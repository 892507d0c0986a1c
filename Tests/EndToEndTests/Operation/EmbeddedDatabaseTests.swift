import Glibc
import MediaTesting
import PostgresCluster
import Testing

@Suite("A daemon with its own PostgreSQL", .serialized, .timeLimit(.minutes(5)))
struct EmbeddedDatabaseTests {
    @Test("brings it up, keeps the files over a restart, and stops it")
    func startAndStop() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        let first = try await site.start()
        let record = try await withLog(of: first) {
            #expect(!ServerProcesses.using(site.root).isEmpty)
            return try await first.upload(try Samples.jpeg(), "collection=posters&name=kept").record()
        }
        #expect(try await first.terminate() == .exited(0), "\(first.lastWords)")
        #expect(ServerProcesses.using(site.root).isEmpty, "a server was left behind")
        let second = try await site.start()
        try await withLog(of: second) {
            #expect(try await second.request("GET", record.url).status == 200)
            #expect(try await second.records(in: "posters") == [record])
            try await site.expectClean()
        }
        second.process.send(signal: SIGINT)
        #expect(await second.process.waitForExit(atMost: .seconds(30)) == .exited(0), "\(second.lastWords)")
        #expect(ServerProcesses.using(site.root).isEmpty, "a server was left behind")
        try await site.remove()
    }

    @Test("is killed and starts again on the same root, three times")
    func killed() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        var records: [Record] = []
        for round in 0..<3 {
            let daemon = try await site.start()
            let found = try await withLog(of: daemon) { [records] in
                for record in records {
                    daemon.site.expectInTree(record)
                    #expect(try await daemon.request("GET", record.url).status == 200)
                }
                return try await daemon.upload(try Samples.jpeg(), "collection=posters&name=r\(round)").record()
            }
            records.append(found)
            await daemon.kill9()
        }
        let daemon = try await site.start()
        try await withLog(of: daemon) { [records] in
            #expect(Set(try await daemon.records(in: "posters")) == Set(records))
            try await site.expectClean()
        }
        #expect(try await daemon.terminate() == .exited(0))
        #expect(ServerProcesses.using(site.root).isEmpty, "a server was left behind")
        try await site.remove()
    }

    @Test("does not run PostgreSQL as root")
    func unprivileged() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        let daemon = try await site.start()
        let servers = ServerProcesses.using(site.root)
        #expect(!servers.isEmpty)
        for server in servers {
            #expect(FileOperations.status("/proc/\(server)").map { $0.userID != 0 } != false, "process \(server)")
        }
        #expect(try await daemon.terminate() == .exited(0))
        try await site.remove()
    }

    @Test("whose PostgreSQL dies goes on when it is back, without a restart")
    func serverDies() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=kept").record()
            for server in ServerProcesses.using(site.root) { kill(server, SIGKILL) }
            // Ready again: the daemon has restarted the server and connected to it.
            #expect(
                try await eventually(within: .seconds(60)) {
                    let answer = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=after")
                    return answer.status == 201
                }
            )
            #expect(try await daemon.request("GET", record.url).status == 200)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        #expect(ServerProcesses.using(site.root).isEmpty, "a server was left behind")
        try await site.remove()
    }

    @Test("gives maintenance commands theirs, beside it and without it")
    func maintenance() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        for command in [["migrate"], ["fsck"], ["import"]] {
            let outcome = try await site.run(command)
            #expect(outcome.ending == .exited(0), "\(command) \(outcome.text) \(outcome.errors)")
            #expect(ServerProcesses.using(site.root).isEmpty, "\(command) left a server behind")
        }
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            _ = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
            for command in [["migrate"], ["fsck"], ["fsck", "--repair"], ["import"]] {
                let outcome = try await site.run(command)
                #expect(outcome.ending == .exited(0), "\(command) \(outcome.text) \(outcome.errors)")
            }
            // The guest has not taken the server away.
            _ = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        #expect(ServerProcesses.using(site.root).isEmpty)
        try await site.remove()
    }

    @Test("refuses a second daemon on its root, which changes nothing for the first")
    func secondDaemon() async throws {
        let site = try await DaemonSite(database: .embedded, configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let second = try await site.launch()
            let ending = await second.waitForExit(atMost: .seconds(30))
            await second.kill9()
            #expect(ending == .exited(2), "\(second.standardError)")
            let words = second.standardError
            #expect(words.contains("\(daemon.process.processID)"), "\(words)")
            #expect(words.contains(site.root), "\(words)")
            #expect(words.lowercased().contains("another"), "\(words)")
            _ = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
            #expect(try await daemon.terminate() == .exited(0))
        }
        // And it is free afterwards.
        let next = try await site.start()
        #expect(try await next.terminate() == .exited(0))
        try await site.remove()
    }
}
