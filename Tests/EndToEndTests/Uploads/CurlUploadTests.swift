import FoundationEssentials
import MediaTesting
import Testing

@Suite("curl", .daemon(), .timeLimit(.minutes(3)))
struct CurlUploadTests {
    /// Runs curl and reads the records from its output.
    private func curl(_ arguments: [String]) async throws -> [Record] {
        let outcome = try await ChildProcess.run(.init("curl", ["-sS", "--max-time", "50"] + arguments))
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        return try Record.list(outcome.bytes)
    }

    private func file(_ bytes: [UInt8], _ name: String, _ daemon: DaemonProcess) throws -> String {
        let path = "\(daemon.site.directory)/\(uniqueName())-\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("-F sends a form")
    func form() async throws {
        let daemon = try Daemon.current()
        // Over 1 MiB, so that curl asks first (Expect: 100-continue).
        let bytes = try Samples.jpeg(padding: 2 << 20)
        let path = try file(bytes, "été à la mer.jpg", daemon)
        let record = try #require(
            try await curl([
                "-F", "collection=posters", "-F", "name=\(uniqueName())", "-F", "file=@\(path)",
                "\(daemon.url)/api/upload",
            ]).first
        )
        #expect(record.sha256 == Samples.sha256(bytes))
        #expect(record.originalFilename?.hasSuffix("été à la mer.jpg") == true)
        daemon.site.expectInTree(record)
    }

    @Test("-F sends several files and the fields last")
    func severalFiles() async throws {
        let daemon = try Daemon.current()
        let files = [Samples.png(), try Samples.jpeg()]
        let paths = try files.map { try file($0, "a", daemon) }
        let records = try await curl([
            "-F", "file=@\(paths[0])", "-F", "file=@\(paths[1])", "-F", "collection=posters",
            "\(daemon.url)/api/upload",
        ])
        #expect(records.map(\.sha256) == files.map(Samples.sha256))
    }

    @Test("-T sends a raw body")
    func upload() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video(padding: 3 << 20)
        let path = try file(bytes, "a.mp4", daemon)
        let record = try #require(
            try await curl([
                "-X", "POST", "-T", path, "\(daemon.url)/api/upload?collection=videos",
            ]).first
        )
        #expect(record.sha256 == Samples.sha256(bytes))
        daemon.site.expectInTree(record)
    }

    @Test("-T - sends chunks of unknown length")
    func standardInput() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.jpeg(padding: 100_000)
        let outcome = try await ChildProcess.run(
            .init(
                "curl",
                ["-sS", "-X", "POST", "-T", "-", "\(daemon.url)/api/upload?collection=posters"],
                input: bytes
            )
        )
        #expect(String(decoding: outcome.bytes, as: UTF8.self).contains(Samples.sha256(bytes)), "\(outcome.text)")
    }

    @Test("fetches, resumes and gets 416 at the end, as wget -c does")
    func download() async throws {
        let daemon = try Daemon.current()
        let bytes = try Samples.video()
        let record = try await daemon.upload(bytes, "collection=videos").record()
        let whole = try await ChildProcess.run(.init("curl", ["-sS", "\(daemon.url)\(record.url)"]))
        #expect(whole.bytes == bytes)
        let path = try file(Array(bytes.prefix(500_000)), "part", daemon)
        let resumed = try await ChildProcess.run(
            .init("curl", ["-sS", "-C", "-", "-o", path, "\(daemon.url)\(record.url)"])
        )
        #expect(resumed.ending == .exited(0), "\(resumed.errors)")
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
        let again = try await ChildProcess.run(
            .init("curl", ["-sS", "-C", "-", "-o", path, "-w", "%{http_code}", "\(daemon.url)\(record.url)"])
        )
        #expect(again.text == "416")
    }
}
