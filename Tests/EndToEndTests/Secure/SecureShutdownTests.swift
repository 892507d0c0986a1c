import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("SIGTERM with TLS", .timeLimit(.minutes(3)))
struct SecureShutdownTests {
    @Test("I9: lets downloads finish, and closes what is idle", arguments: CurlVersion.allCases)
    func finishes(version: CurlVersion) async throws {
        let pair = try await TestCertificate.standard()
        let site = try await DaemonSite(
            configuration: "shutdownTimeout: 20s\n" + Configurations.standard + pair.lines()
        )
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let bytes = try Samples.video(padding: 8 << 20)
            let sample = try await ServedSample(bytes, "collection=videos", daemon)
            let file = "\(site.directory)/film"
            async let film = daemon.curl(version, sample.path, ["--limit-rate", "4M", "--output", file])
            #expect(try await eventually { FileManager.default.fileExists(atPath: file) })
            daemon.process.send(signal: SIGTERM)
            #expect(try await film.ending == .exited(0))
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)).elementsEqual(bytes))
            #expect(await daemon.process.waitForExit(atMost: .seconds(15)) == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }
}
