import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("mediad fsck", .serialized, .timeLimit(.minutes(5)))
struct FsckTests {
    /// What each test begins with: four posters, a daemon that has stopped or runs beside.
    private func withTree(
        isRunning: Bool,
        _ body: @Sendable (DaemonSite, [String: Record]) async throws -> Void
    ) async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            var records: [String: Record] = [:]
            for name in ["deleted", "flipped", "edited", "intact"] {
                records[name] = try await daemon.upload(try Samples.jpeg(), "collection=posters&name=\(name)").record()
            }
            try await site.expectClean()
            if !isRunning { #expect(try await daemon.terminate() == .exited(0)) }
            try await body(site, records)
            if isRunning { #expect(try await daemon.terminate() == .exited(0)) }
        }
        await daemon.kill9()
        try await site.remove()
    }

    @Test(
        "finds what was deleted, flipped, edited and planted, a line each, and exits with 1",
        arguments: [true, false]
    )
    func finds(isRunning: Bool) async throws {
        try await withTree(isRunning: isRunning) { site, _ in
            unlink(site.place("posters/deleted.jpg"))
            #expect(flipBit(in: site.place("posters/flipped.jpg"), at: 1000))
            #expect(truncateFile(site.place("posters/edited.jpg"), to: 5000))
            try Data(try Samples.jpeg()).write(to: URL(fileURLWithPath: site.place("posters/planted.jpg")))
            #expect(symlink("/etc/passwd", site.place("posters/link.jpg")) == 0)
            let fsck = try await site.run(["fsck"])
            #expect(fsck.ending == .exited(1), "\(fsck.errors)")
            let expected = [
                "missing posters/deleted.jpg", "damaged posters/flipped.jpg", "changed posters/edited.jpg",
                "unrecorded posters/planted.jpg", "foreign posters/link.jpg",
            ]
            for finding in expected {
                #expect(fsck.lines.filter { $0.hasPrefix(finding) }.count == 1, "\(finding) in \(fsck.text)")
            }
            #expect(fsck.findings.count == expected.count, "\(fsck.text)")
            #expect(!fsck.text.contains("intact"))
            // Looking changes nothing.
            #expect(try await site.run(["fsck"]).text == fsck.text)
        }
    }

    @Test("--quick does not read the bytes, and still sees what is missing")
    func quick() async throws {
        try await withTree(isRunning: false) { site, _ in
            unlink(site.place("posters/deleted.jpg"))
            #expect(flipBit(in: site.place("posters/flipped.jpg"), at: 1000))
            let fsck = try await site.run(["fsck", "--quick"])
            #expect(fsck.ending == .exited(1))
            #expect(fsck.findings.map { $0.components(separatedBy: ":")[0] } == ["missing posters/deleted.jpg"])
        }
    }

    @Test("--repair records what is there, and never invents or drops anything", arguments: [true, false])
    func repairs(isRunning: Bool) async throws {
        try await withTree(isRunning: isRunning) { site, records in
            unlink(site.place("posters/deleted.jpg"))
            #expect(flipBit(in: site.place("posters/flipped.jpg"), at: 1000))
            let edited = try Samples.jpeg()
            try Data(edited).write(to: URL(fileURLWithPath: site.place("posters/edited.jpg")))
            let planted = try Samples.jpeg()
            try Data(planted).write(to: URL(fileURLWithPath: site.place("posters/planted.jpg")))
            try Data(Samples.pdf()).write(to: URL(fileURLWithPath: site.place("posters/wrong.jpg")))
            let repair = try await site.run(["fsck", "--repair"])
            // The missing, the damaged and the one of a wrong type stay findings.
            #expect(repair.ending == .exited(1), "\(repair.text)\(repair.errors)")
            #expect(repair.lines.contains { $0.hasPrefix("changed posters/edited.jpg") && $0.contains("[repaired]") })
            #expect(
                repair.lines.contains { $0.hasPrefix("unrecorded posters/planted.jpg") && $0.contains("[repaired]") }
            )
            for open in ["missing posters/deleted.jpg", "damaged posters/flipped.jpg", "unrecorded posters/wrong.jpg"] {
                #expect(
                    repair.lines.contains { $0.hasPrefix(open) && !$0.contains("[repaired]") },
                    "\(open) in \(repair.text)"
                )
            }
            let after = try await site.run(["fsck"])
            #expect(after.findings.count == 3, "\(after.text)")
            // What is recorded now is served.
            if isRunning { return }
            let daemon = try await site.start()
            try await withLog(of: daemon) {
                #expect(try await daemon.request("GET", "/files/posters/edited.jpg").body == edited)
                #expect(try await daemon.request("GET", "/files/posters/planted.jpg").body == planted)
                let id = try #require(records["edited"]?.id)
                #expect(try await daemon.request("GET", "/api/media/\(id)").status == 200)
                #expect(try await daemon.terminate() == .exited(0))
            }
        }
    }

    @Test("--repair --forget-missing drops the records of what is gone, and is clean then")
    func forgets() async throws {
        try await withTree(isRunning: false) { site, records in
            unlink(site.place("posters/deleted.jpg"))
            let repair = try await site.run(["fsck", "--repair", "--forget-missing"])
            #expect(repair.ending == .exited(0), "\(repair.text)\(repair.errors)")
            try await site.expectClean()
            let daemon = try await site.start()
            let id = try #require(records["deleted"]?.id)
            try await daemon.request("GET", "/api/media/\(id)").expectProblem(404, "not_found")
            #expect(try await daemon.terminate() == .exited(0))
        }
    }

    @Test("beside a daemon under uploads finds nothing")
    func beside() async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let writers = (0..<2).map { writer in
                Task {
                    for number in 0..<1000 where !Task.isCancelled {
                        let bytes = number.isMultiple(of: 2) ? try Samples.jpeg() : Samples.png()
                        let record = try await daemon.upload(bytes, "collection=posters&name=w\(writer)-\(number % 3)")
                            .record()
                        if number % 5 == 4 { _ = try await daemon.request("DELETE", "/api/media/\(record.id)") }
                    }
                }
            }
            for _ in 0..<3 { try await site.expectClean() }
            for writer in writers { writer.cancel() }
            for writer in writers { try await writer.value }
            try await site.expectClean()
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}
