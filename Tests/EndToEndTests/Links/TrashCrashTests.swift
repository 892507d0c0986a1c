import MediaTesting
import Testing

/// kill -9 at every step on the way into the trash and out of it (MEDIAD_TEST_CRASH_AT, debug builds only).
@Suite("A daemon killed on the way into the trash or out of it", .serialized, .timeLimit(.minutes(10)))
struct TrashCrashTests {
    @Test("leaves the file in exactly one of the two places after the restart")
    func everyStep() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        for (step, isInTree) in [
            ("removal-recorded", false), ("removal-unlinked", false), ("restore-recorded", false),
            ("restore-renamed", true), ("restored", true),
        ] {
            let restores = step.hasPrefix("restore")
            var daemon = try await site.start()
            let file = try await daemon.upload(Samples.text(), "collection=documents&name=at-\(step)").record()
            if restores { #expect(try await daemon.request("DELETE", "/api/media/\(file.id)").status == 204) }
            #expect(try await daemon.terminate() == .exited(0))
            try await Self.crash(
                site,
                at: step,
                restores ? ("POST", "/api/trash/\(file.id)/restore") : ("DELETE", "/api/media/\(file.id)")
            )
            daemon = try await site.start()
            #expect(site.filesInTree.contains(file.path) == isInTree, "after \(step)")
            #expect(FileNames.inside("\(site.root)/trash").contains(file.id) == !isInTree, "after \(step)")
            try await site.expectClean()
            if !isInTree {
                let back = try await daemon.request("POST", "/api/trash/\(file.id)/restore")
                #expect(back.status == 200, "after \(step): \(back.text)")
            }
            #expect(Samples.sha256(try await daemon.request("GET", file.url).body) == file.sha256, "after \(step)")
            site.expectInTree(file)
            #expect(try await daemon.terminate() == .exited(0))
        }
        try await site.remove()
    }

    @Test("leaves a file that nothing uses in the trash, when it is killed while it reaps it")
    func reaped() async throws {
        for step in ["removal-recorded", "removal-unlinked"] {
            let site = try await DaemonSite(configuration: TrashCommandTests.configuration)
            var daemon = try await site.start(environment: ["MEDIAD_TEST_CRASH_AT": step])
            let file = try await daemon.upload(Samples.text(), "collection=documents&name=unused").record()
            let end = await daemon.process.waitForExit(atMost: .seconds(60))
            #expect(end == .signalled(9), "\(step): \(daemon.lastWords)")
            await daemon.kill9()
            daemon = try await site.start()
            #expect(site.filesInTree == [] && FileNames.inside("\(site.root)/trash") == [file.id], "after \(step)")
            #expect(try await site.sql("SELECT reason FROM media.trash") == ["reaped"])
            try await site.expectClean()
            #expect(try await daemon.terminate() == .exited(0))
            try await site.remove()
        }
    }

    @Test("removes the bytes of an entry that was forgotten just before")
    func forgotten() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard + "trash:\n  sweepInterval: 200ms\n")
        var daemon = try await site.start()
        let file = try await daemon.upload(Samples.text(), "collection=documents&name=forgotten").record()
        #expect(try await daemon.request("DELETE", "/api/media/\(file.id)").status == 204)
        #expect(try await daemon.terminate() == .exited(0))
        try await Self.crash(site, at: "trash-forgotten", ("DELETE", "/api/trash/\(file.id)"))
        #expect(FileNames.inside("\(site.root)/trash") == [file.id])
        daemon = try await site.start()
        #expect(try await eventually { FileNames.inside("\(site.root)/trash").isEmpty })
        try await site.expectClean()
        #expect(try await daemon.terminate() == .exited(0))
        try await site.remove()
    }

    @Test("finds at its start what media.delete() began while no daemon ran")
    func withoutDaemon() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        var daemon = try await site.start()
        let file = try await daemon.upload(Samples.text(), "collection=documents&name=sql").record()
        #expect(try await daemon.terminate() == .exited(0))
        #expect(try await site.sql("SELECT media.delete('\(file.id)')") == ["t"])
        #expect(site.filesInTree == [file.path])
        daemon = try await site.start()
        #expect(site.filesInTree == [] && FileNames.inside("\(site.root)/trash") == [file.id])
        try await site.expectClean()
        #expect(try await daemon.terminate() == .exited(0))
        try await site.remove()
    }

    private static func crash(_ site: DaemonSite, at step: String, _ request: (String, String)) async throws {
        let daemon = try await site.start(environment: ["MEDIAD_TEST_CRASH_AT": step])
        do {
            let answer = try await daemon.request(request.0, request.1)
            Issue.record("the daemon answered \(answer.status) and should have died at \(step)\n\(daemon.lastWords)")
        } catch is HTTPProbeError {}
        #expect(await daemon.process.waitForExit(atMost: .seconds(20)) == .signalled(9), "\(daemon.lastWords)")
        await daemon.kill9()
    }
}
