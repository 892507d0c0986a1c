import MediaTesting
import Testing

/// kill -9 at every step of every kind of commit. The daemon kills itself there (MEDIAD_TEST_CRASH_AT, debug builds only).
@Suite("A daemon killed in the middle of a commit", .serialized, .timeLimit(.minutes(10)))
struct CommitCrashTests {
    enum Change: String, CaseIterable, Sendable {
        case new
        case sameExtension = "a replacement"
        case otherExtension = "a replacement with another extension"
        case deletion

        /// The steps it goes through, in order.
        var steps: [String] {
            let publishing = ["synchronized", "intent-recorded", "renamed", "folder-synchronized", "recorded"]
            return switch self {
            case .new, .sameExtension: publishing
            case .otherExtension: publishing + ["obsolete-removed"]
            case .deletion: ["removal-recorded", "removal-unlinked"]
            }
        }

        /// Whether the change has happened after the restart: from the rename on a commit only goes forward.
        func hasHappened(afterCrashAt step: String) -> Bool { !["synchronized", "intent-recorded"].contains(step) }
    }

    @Test("leaves tree and catalog in agreement after the restart", arguments: Change.allCases)
    func everyStep(change: Change) async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        var ledger = Ledger()
        // What nobody touches stays as it is, whatever happens beside it.
        var daemon = try await site.start()
        for number in 0..<3 {
            let record = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=bystander\(number)")
                .record()
            ledger.acknowledge("bystander\(number)", record.sha256)
        }
        for step in change.steps {
            let name = "at-\(step)"
            var id: String?
            if change != .new {
                let record = try await daemon.upload(Samples.png(), "collection=posters&name=\(name)").record()
                ledger.acknowledge(name, record.sha256)
                id = record.id
            }
            #expect(try await daemon.terminate() == .exited(0))
            let after = try await Self.crash(change, at: step, name: name, id: id, on: site)
            ledger.doubt(name, after)
            // The restart is all the repair there is.
            daemon = try await site.start()
            try await withLog(of: daemon) { [daemon, ledger] in
                _ = try await ledger.settled(by: daemon, in: "posters")
                try await site.expectClean()
            }
            let state = try await daemon.records(in: "posters").first { $0.path.hasPrefix("posters/\(name).") }?.sha256
            let happened = change.hasHappened(afterCrashAt: step)
            #expect(
                (state == after) == happened,
                "after a crash at \(step) \(change.rawValue) has \(happened ? "not " : "")happened"
            )
            ledger.acknowledge(name, state)
        }
        #expect(try await daemon.terminate() == .exited(0))
        try await site.expectClean()
        try await site.remove()
    }

    /// Runs a daemon that dies at the step, and makes the change.
    /// - Returns: the state that the name has if the change happens.
    private static func crash(
        _ change: Change,
        at step: String,
        name: String,
        id: String?,
        on site: DaemonSite
    ) async throws -> Ledger.State {
        let daemon = try await site.start(environment: ["MEDIAD_TEST_CRASH_AT": step])
        let bytes = change == .otherExtension ? try Samples.jpeg() : Samples.png()
        do {
            let answer =
                change == .deletion
                ? try await daemon.request("DELETE", "/api/media/\(id ?? "")")
                : try await daemon.upload(bytes, "collection=posters&name=\(name)")
            Issue.record("the daemon answered \(answer.status) and should have died at \(step)\n\(daemon.lastWords)")
        } catch is HTTPProbeError {}
        let ending = await daemon.process.waitForExit(atMost: .seconds(20))
        #expect(ending == .signalled(9), "\(daemon.lastWords)")
        await daemon.kill9()
        return change == .deletion ? nil : Samples.sha256(bytes)
    }

    @Test("takes an upload in the first moment of its next life, which the recovery does not undo")
    func uploadBeforeRecovery() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        for step in Change.otherExtension.steps {
            let name = "at-\(step)"
            let before = try await site.start()
            _ = try await before.upload(Samples.png(), "collection=posters&name=\(name)").record()
            try await before.terminate()
            _ = try await Self.crash(.otherExtension, at: step, name: name, id: nil, on: site)
            // Not a moment later than it listens.
            let daemon = try await DaemonProcess.attach(to: try await site.launch(), on: site)
            try await withLog(of: daemon) {
                let bytes = Samples.png()
                var answer = try await daemon.upload(bytes, "collection=posters&name=\(name)")
                // The crashed commit may still hold the name, or the daemon may not be ready.
                let isTaken = try await eventually {
                    if answer.status != 201 {
                        answer = try await daemon.upload(bytes, "collection=posters&name=\(name)")
                    }
                    return answer.status == 201
                }
                #expect(isTaken, "\(answer.status) \(answer.text)")
                let record = try answer.record()
                #expect(try await eventually { try await daemon.request("GET", "/readyz").status == 200 })
                #expect(try await eventually { daemon.site.filesInStaging.isEmpty })
                #expect(site.filesInTree.filter { $0.hasPrefix("posters/\(name).") } == [record.path], "after \(step)")
                site.expectInTree(record)
                #expect(try await daemon.request("GET", record.url).body == bytes, "after \(step)")
                #expect(try await daemon.terminate() == .exited(0))
            }
            await daemon.kill9()
        }
        try await site.remove()
    }

    @Test("is repaired by fsck --repair as well as by a restart", arguments: Change.allCases)
    func fsckRepairs(change: Change) async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        for step in change.steps {
            let name = "at-\(step)"
            var ledger = Ledger()
            var daemon = try await site.start()
            var id: String?
            if change != .new {
                let record = try await daemon.upload(Samples.png(), "collection=posters&name=\(name)").record()
                ledger.acknowledge(name, record.sha256)
                id = record.id
            }
            try await daemon.terminate()
            ledger.doubt(name, try await Self.crash(change, at: step, name: name, id: id, on: site))
            let before = try await site.run(["fsck"])
            // Where no file is in the way a commit is complete with its record; else something is left to be told of.
            let isComplete = step == "recorded" && change != .otherExtension
            let words: Comment = "after \(step): \(before.text)\(before.errors)"
            #expect(isComplete || before.ending == .exited(1), words)
            #expect(
                before.findings.allSatisfy {
                    $0.hasPrefix("leftover") || $0.hasPrefix("unfinished") || $0.hasPrefix("stale")
                },
                "\(before.text)"
            )
            let repair = try await site.run(["fsck", "--repair"])
            #expect(repair.ending == .exited(0), "after \(step): \(repair.text)\(repair.errors)")
            try await site.expectClean()
            daemon = try await site.start()
            let state = try await daemon.records(in: "posters").first { $0.path.hasPrefix("posters/\(name).") }?.sha256
            let entry = try #require(ledger.entries[name])
            let expected = change.hasHappened(afterCrashAt: step) ? entry.inDoubt.first ?? nil : entry.acknowledged
            #expect(state == expected, "after \(step)")
            try await daemon.terminate()
        }
        try await site.remove()
    }
}
