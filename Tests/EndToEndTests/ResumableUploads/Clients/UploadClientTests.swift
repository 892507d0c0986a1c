import FoundationEssentials
import Glibc
import MediaTesting
import Testing

/// Clients of others, unchanged. `scripts/test-clients` installs them; without it these tests fail.
@Suite(
    "Resumable uploads by the clients of others",
    .daemon(configuration: Configurations.uploads),
    .timeLimit(.minutes(5))
)
struct UploadClientTests {
    @Test("tuspy", arguments: ["plain", "chunked", "checksum", "resume", "async"])
    func tuspy(mode: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1_500_000)
        let (name, path) = (uniqueName(), try Self.file(bytes, daemon))
        let upload = try await Self.run("use_tuspy.py", [mode, "\(daemon.url)/api/uploads", path, name], daemon)
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(record.path == "documents/\(name).txt")
        #expect(record.originalFilename == path.split(separator: "/").last.map(String.init))
    }

    @Test("aiotus")
    func aiotus() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1_500_000)
        let (name, path) = (uniqueName(), try Self.file(bytes, daemon))
        let upload = try await Self.run("use_aiotus.py", ["single", "\(daemon.url)/api/uploads", path, name], daemon)
        let record = try await daemon.expectPublished(upload, bytes)
        #expect(record.path == "documents/\(name).txt")
        #expect(record.originalFilename == "notes.txt")
    }

    @Test("aiotus, several parts at once, put together by the daemon")
    func aiotusParts() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1_500_000)
        let name = uniqueName()
        let cuts = [0, 400_000, 400_001, 1_100_000, bytes.count]
        let paths = try (0..<4).map { try Self.file(Array(bytes[cuts[$0]..<cuts[$0 + 1]]), daemon) }
        let words = ["multiple", "\(daemon.url)/api/uploads"] + paths + [name]
        let upload = try await Self.run("use_aiotus.py", words, daemon)
        #expect(try await daemon.expectPublished(upload, bytes).path == "documents/\(name).txt")
    }

    @Test("resumable-upload", arguments: ["plain", "sha256", "override", "parallel", "resume"])
    func resumableUpload(mode: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(1_500_000)
        let (name, path) = (uniqueName(), try Self.file(bytes, daemon))
        let words = [mode, "\(daemon.url)/api/uploads", path, name]
        let upload = try await Self.run("use_resumable_upload.py", words, daemon)
        #expect(try await daemon.expectPublished(upload, bytes).path == "documents/\(name).txt")
    }

    @Test("resumable-upload takes an upload back")
    func resumableUploadDelete() async throws {
        let daemon = try Daemon.current()
        let path = try Self.file(Samples.document(1_500_000), daemon)
        let words = ["delete", "\(daemon.url)/api/uploads", path, uniqueName()]
        let upload = try await Self.run("use_resumable_upload.py", words, daemon)
        #expect(try await daemon.head(upload).status == 410)
    }

    @Test(
        "D1: no stock client ends in success for a refused file, nor for an empty or too large one, nor when it asks again",
        arguments: ["tuspy", "tuspy-retries", "aiotus", "resumable-upload"],
        ["refused", "cut", "empty", "large"]
    )
    func refused(client: String, kind: String) async throws {
        let daemon = try Daemon.current()
        let bytes: [UInt8] =
            switch kind {
            case "refused": Samples.document(5000)
            case "cut": Array(try Samples.jpeg().prefix(5000))
            case "large": try Samples.jpeg(padding: 5 << 20)
            default: []
            }
        let path = try Self.file(bytes, daemon)
        let words = [client, "\(daemon.url)/api/uploads", path, "posters"]
        let outcome = try await Self.outcome("use_refused.py", words)
        #expect(outcome.text.hasPrefix("refused") || outcome.text.contains("\nrefused"), "\(outcome.text)")
    }

    @Test(
        "D1: nor when the upload was taken back in between",
        arguments: ["tuspy-deleted", "resumable-upload-deleted"]
    )
    func deleted(client: String) async throws {
        let daemon = try Daemon.current()
        let path = try Self.file(Samples.document(5000), daemon)
        let outcome = try await Self.outcome(
            "use_refused.py",
            [client, "\(daemon.url)/api/uploads", path, "documents"]
        )
        #expect(outcome.text.hasPrefix("refused"), "\(outcome.text)")
    }

    @Test(
        "D1: a client that lost the last answer, and asks how far its upload is, hears of the refusal",
        arguments: ["tus", "draft"]
    )
    func lostAnswer(speech: String) async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(5000)
        let probe = try await daemon.connect()
        let upload: UploadAddress
        if speech == "tus" {
            let metadata = Tus.metadata([("collection", "posters"), ("name", uniqueName())])
            upload = try await daemon.createUpload(bytes.count, metadata)
            try await probe.send("PATCH", upload.path, Tus.patch(at: 0), body: bytes)
        } else {
            let target = "/api/upload?collection=posters&name=\(uniqueName())"
            upload = try await daemon.beginUpload(target: target)
            try await probe.send("PATCH", upload.path, Interop.current.append(at: 0, true), body: bytes)
        }
        // The head of the answer is on its way when the line breaks.
        _ = try await probe.take(atMost: 1)
        probe.reset()
        let fields = [speech == "tus" ? Tus.version : Interop.current.version]
        for _ in 1...2 {
            let answer = try await daemon.request("HEAD", upload.path, fields)
            #expect(answer.status == 415)
            #expect(answer["Upload-Offset"] == nil)
            #expect(answer["Upload-Complete"] != "?1")
        }
    }

    @Test("curl with tus, over a line that breaks")
    func curlTus() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(3_000_000)
        let (name, path) = (uniqueName(), try Self.file(bytes, daemon))
        let words = ["\(daemon.url)/api/uploads", path, "documents", name]
        let outcome = try await ChildProcess.run(.init("bash", [Self.script("curl-tus.sh")] + words))
        #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
        let upload = try UploadAddress(location: outcome.lines.last, of: daemon)
        #expect(try await daemon.expectPublished(upload, bytes).path == "documents/\(name).txt")
    }

    @Test("curl with the HTTP protocol, over a line that breaks")
    func curlHTTP() async throws {
        let daemon = try Daemon.current()
        let bytes = Samples.document(3_000_000)
        let (name, path) = (uniqueName(), try Self.file(bytes, daemon))
        let target = daemon.url + DaemonProcess.documentTarget(name)
        let outcome = try await ChildProcess.run(.init("bash", [Self.script("curl-http.sh"), target, path]))
        #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
        let record = try #require(try Record.list(outcome.bytes).first)
        #expect(record.sha256 == Samples.sha256(bytes))
        daemon.site.expectInTree(record)
    }

    /// The folder of the project: this file lies in Tests/EndToEndTests/ResumableUploads/Clients.
    private static let project = #filePath.split(separator: "/").dropLast(5).map { "/\($0)" }.joined()

    private static func script(_ name: String) -> String { "\(project)/Tests/Fixtures/clients/\(name)" }

    private static func file(_ bytes: [UInt8], _ daemon: DaemonProcess) throws -> String {
        let path = "\(daemon.site.directory)/\(uniqueName("client")).md"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Runs a Python script of Tests/Fixtures/clients, which prints the URL of its upload.
    private static func run(
        _ name: String,
        _ arguments: [String],
        _ daemon: DaemonProcess
    ) async throws -> UploadAddress {
        try UploadAddress(location: try await Self.outcome(name, arguments).lines.last, of: daemon)
    }

    /// Runs a Python script of Tests/Fixtures/clients to its end, which must be a good one.
    private static func outcome(_ name: String, _ arguments: [String]) async throws -> ChildProcess.Outcome {
        let python = "\(project)/.build/test-clients/bin/python"
        try #require(access(python, X_OK) == 0, "the clients are not installed: run scripts/test-clients")
        let outcome = try await ChildProcess.run(.init(python, [script(name)] + arguments))
        try #require(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
        return outcome
    }
}
