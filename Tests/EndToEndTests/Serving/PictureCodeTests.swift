import MediaTesting
import Testing

private let aheadOff = Configurations.standard
    .replacing("formatsAhead: [webp, jpeg]", with: "formatsAhead: []")
    .replacing("  count: 2\n", with: "  count: 1\n")

/// What of a worker's memory can be executed, after renders that have libvips compile.
@Suite("Code in workers", .timeLimit(.minutes(3)))
struct PictureCodeTests {
    @Test("is never writable where it is executable, with and without the run-time compiler", arguments: [true, false])
    func mappings(_ isCompiling: Bool) async throws {
        let configuration = aheadOff.replacing(
            "workers:\n",
            with: "workers:\n  runtimeCompiler: \(isCompiling)\n"
        ).replacing("  posters:\n", with: "  posters:\n    parameters: open\n")
        let site = try await DaemonSite(configuration: configuration)
        let daemon = try await site.start()
        let worker = try #require(
            childProcesses(of: daemon.process.processID).first {
                FileNames.text("/proc/\($0)/cmdline").split(separator: "\0").dropFirst().first == "worker"
            }
        )
        let record = try await daemon.upload(try Samples.fixture("iphone13-gps.heic"), "collection=posters").record()
        // Crops that look for something, the widest blur, and many sizes: each has loops of its own.
        var queries = ["width=256&height=256&fit=cover&crop=attention", "width=256&height=256&fit=cover&crop=entropy"]
        queries += ["width=1000&blur=100&dpr=4", "width=900&blur=1.5"]
        queries += stride(from: 33, through: 2000, by: 151).map { "width=\($0)" }
        for query in queries {
            let answer = try await daemon.request("GET", "/files/\(record.path)?\(query)&format=jpeg")
            #expect(answer.status == 200, "\(query): \(answer.text)")
        }
        let mappings = FileNames.text("/proc/\(worker)/maps").split(separator: "\n")
        #expect(!mappings.isEmpty, "the worker that was there is there, and has compiled all of it")
        #expect(mappings.filter { $0.contains(" rwx") } == [])
        let compiled = mappings.filter { $0.contains("orcexec") }
        // One writable and one executable view of each region, or none of any.
        #expect(compiled.contains { $0.contains(" r-x") } == compiled.contains { $0.contains(" rw-") })
        if !isCompiling { #expect(compiled == []) }
        #expect(try await daemon.terminate() == .exited(0))
        try await site.remove()
    }
}
