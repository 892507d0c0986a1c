import MediaTesting
import Testing

@Suite("A database that is away", .serialized, .timeLimit(.minutes(5)))
struct DatabaseOutageTests {
    enum Loss: String, CaseIterable, Sendable {
        case stopped
        case killed
    }

    @Test("and comes back is used again without a restart", arguments: Loss.allCases)
    func lostAndBack(how: Loss) async throws {
        let cluster = try await ThrowawayPostgres.make()
        let site = try await DaemonSite(database: .on(cluster), configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let old = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=old").record()
            #expect(try await daemon.request("GET", "/readyz").status == 200)
            switch how {
            case .stopped: await cluster.stop()
            case .killed: await cluster.kill9()
            }
            #expect(try await eventually { try await daemon.request("GET", "/readyz").status == 503 })
            #expect(try await daemon.request("GET", "/healthz").status == 200)
            // Refused in bounded time, with a reason to try again, and nothing left behind.
            let new = try Samples.jpeg()
            let start = ContinuousClock.now
            let refused = try await daemon.upload(new, "collection=posters&name=new")
            try refused.expectProblem(503, "catalog_unavailable")
            #expect(refused["Retry-After"] != nil)
            // Clock: that a client hears of the outage soon is what is promised.
            #expect(ContinuousClock.now - start < .seconds(20))
            try await daemon.upload(Samples.png(), "collection=posters&name=old").expectProblem(
                503,
                "catalog_unavailable"
            )
            let deletion = try await daemon.request("DELETE", "/api/media/\(old.id)")
            try deletion.expectProblem(503, "catalog_unavailable")
            try await daemon.request("GET", "/api/media").expectProblem(503, "catalog_unavailable")
            // What is not known is not denied: a 404 would make caches forget.
            try await daemon.request("GET", "/files/posters/other.jpg").expectProblem(503, "catalog_unavailable")
            #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
            try await cluster.start()
            #expect(
                try await eventually(within: .seconds(60)) { try await daemon.request("GET", "/readyz").status == 200 }
            )
            let record = try await daemon.upload(new, "collection=posters&name=new").record()
            daemon.site.expectInTree(record)
            #expect(try await daemon.request("GET", old.url).status == 200)
            #expect(try await daemon.request("DELETE", "/api/media/\(old.id)").status == 204)
            #expect(daemon.site.filesInTree == ["posters/new.jpg"])
            #expect(daemon.process.ending == nil)
            try await site.expectClean()
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
        try await cluster.remove()
    }

    @Test("lost under uploads loses nothing that was acknowledged")
    func lostUnderLoad() async throws {
        let cluster = try await ThrowawayPostgres.make()
        let site = try await DaemonSite(database: .on(cluster), configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let clients = (0..<3).map { client in
                Task {
                    var ledger = Ledger()
                    for number in 0..<200 where !Task.isCancelled {
                        let (name, bytes) = ("c\(client)-\(number)", try Samples.jpeg())
                        let answer = try await daemon.upload(bytes, "collection=posters&name=\(name)")
                        switch answer.status {
                        case 201: ledger.acknowledge(name, Samples.sha256(bytes))
                        case 503: ledger.doubt(name, Samples.sha256(bytes))
                        default: Issue.record("\(answer.status) \(answer.text)")
                        }
                    }
                    return ledger
                }
            }
            for _ in 0..<2 {
                // In the middle of the work.
                let before = site.filesInTree.count
                #expect(try await eventually { site.filesInTree.count >= before + 3 })
                await cluster.kill9()
                try await cluster.start()
                #expect(
                    try await eventually(within: .seconds(60)) {
                        try await daemon.request("GET", "/readyz").status == 200
                    }
                )
            }
            for client in clients { client.cancel() }
            var ledger = Ledger()
            for client in clients { ledger.merge(try await client.value) }
            // Commits that were cut off are ended by the daemon itself, in a while.
            #expect(try await eventually(within: .seconds(30)) { try await site.run(["fsck"]).ending == .exited(0) })
            _ = try await ledger.settled(by: daemon, in: "posters")
            #expect(ledger.entries.values.contains { $0.acknowledged != nil })
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.expectClean()
        try await site.remove()
        try await cluster.remove()
    }

    @Test("at the start leaves the daemon unready until the database is there")
    func downAtStart() async throws {
        let cluster = try await ThrowawayPostgres.make()
        let site = try await DaemonSite(database: .on(cluster), configuration: Configurations.standard)
        await cluster.stop()
        let daemon = try await DaemonProcess.attach(to: try await site.launch(), on: site)
        try await withLog(of: daemon) {
            #expect(try await daemon.request("GET", "/healthz").status == 200)
            #expect(try await daemon.request("GET", "/readyz").status == 503)
            let refused = try await daemon.upload(try Samples.jpeg(), "collection=posters")
            try refused.expectProblem(503, "catalog_unavailable")
            try await cluster.start()
            #expect(
                try await eventually(within: .seconds(60)) { try await daemon.request("GET", "/readyz").status == 200 }
            )
            // Ready means ready: the schema is there, and what came before was settled.
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters").record()
            daemon.site.expectInTree(record)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
        try await cluster.remove()
    }

    @Test("at the start and at the end lets the daemon stop in time")
    func neverThere() async throws {
        let cluster = try await ThrowawayPostgres.make()
        let site = try await DaemonSite(database: .on(cluster), configuration: Configurations.standard)
        await cluster.stop()
        let daemon = try await DaemonProcess.attach(to: try await site.launch(), on: site)
        #expect(try await daemon.terminate(within: .seconds(15)) == .exited(0))
        // A command that needs it says so, and does not hang.
        let fsck = try await site.run(["fsck"])
        #expect(fsck.ending == .exited(2), "\(fsck.text)")
        #expect(fsck.errors.contains("mediad: "))
        try await site.remove()
        try await cluster.remove()
    }

    @Test("that does not let the daemon in is named at the start, without the password")
    func refusedLogin() async throws {
        let url = "postgres://nobody:secret-word@127.0.0.1:1/nothing?connect_timeout=2"
        let site = try await DaemonSite(database: .url(url), configuration: Configurations.standard)
        let process = try await site.launch()
        #expect(
            try await eventually(within: .seconds(60)) {
                process.ending != nil || process.standardError.contains("Listening")
            }
        )
        #expect(!process.standardError.contains("secret-word"))
        await process.kill9()
        try await site.remove()
    }
}
