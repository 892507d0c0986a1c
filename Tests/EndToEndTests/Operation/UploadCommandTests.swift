import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("mediad upload over bad networks", .serialized, .timeLimit(.minutes(5)))
struct UploadCommandTests {
    /// A daemon behind a network that the test can break, and a folder that remembers uploads.
    private struct Scene: Sendable {
        let site: DaemonSite
        let daemon: DaemonProcess
        let relay: Relay

        var state: String { "\(site.directory)/state" }

        /// The uploads that are remembered, with something in their files.
        var notes: [String] {
            FileNames.inside("\(state)/mediad/uploads").map { FileNames.text("\(state)/mediad/uploads/\($0)") }
        }

        /// The path of the only remembered upload on its server.
        func upload() throws -> String {
            try #require(notes.count == 1)
            let address = try JSONValue(parsing: Array(try #require(notes.first).utf8))["upload"]?.string
            return "/" + (try #require(address)).split(separator: "/").dropFirst(2).joined(separator: "/")
        }

        func file(_ bytes: [UInt8], _ name: String = "film.mp4") throws -> String {
            let path = "\(site.directory)/\(name)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return path
        }

        func launch(_ arguments: [String]) throws -> ChildProcess.Launch {
            ChildProcess.Launch(
                try DaemonBinary.path(),
                ["upload", "--server", "http://127.0.0.1:\(relay.port)"] + arguments,
                environment: ["XDG_STATE_HOME": state, "TERM": "xterm"],
                directory: site.directory
            )
        }

        func run(_ arguments: [String]) async throws -> ChildProcess.Outcome {
            try await ChildProcess.run(try launch(arguments))
        }

        /// Starts the command, which comes as far as the relay lets it.
        func start(_ arguments: [String], passing bytes: Int) async throws -> ChildProcess {
            relay.stall(after: bytes)
            let before = relay.passed
            let command = try await ChildProcess.start(try launch(arguments))
            let isStalled = try await eventually { relay.passed == before + bytes }
            #expect(isStalled, "\(command.standardError)")
            #expect(command.ending == nil)
            return command
        }

        /// The file behind an address that the command printed.
        func published(_ line: String?) async throws -> [UInt8] {
            let line = try #require(line)
            let server = "http://127.0.0.1:\(relay.port)"
            #expect(line.hasPrefix("\(server)/files/"))
            let answer = try await daemon.request("GET", String(line.dropFirst(server.count)))
            #expect(answer.status == 200)
            return answer.body
        }
    }

    private func scene(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        let relay = try Relay(to: daemon.port)
        try await withLog(of: daemon) {
            try await body(Scene(site: site, daemon: daemon, relay: relay))
            relay.close()
            if daemon.process.ending == nil { #expect(try await daemon.terminate() == .exited(0)) }
        }
        await daemon.kill9()
        try await site.remove()
    }

    private static let megabytes = 1 << 20

    @Test("killed and run again, it goes on where it was")
    func killed() async throws {
        try await scene { scene in
            let bytes = try Samples.video(padding: 12 * Self.megabytes)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 6 * Self.megabytes)
            await command.kill9()
            let upload = try scene.upload()
            scene.relay.cut()
            scene.relay.pass()
            let before = scene.relay.passed
            let outcome = try await scene.run(arguments)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try await scene.published(outcome.lines.first) == bytes)
            // What had arrived was not sent again: all but the six megabytes, less a little for the heads of requests.
            #expect(scene.relay.passed - before < bytes.count - 5 * Self.megabytes)
            let status = try JSONValue(parsing: try await scene.daemon.request("GET", upload).body)
            #expect(status["state"]?.string == "complete")
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("cut off, and with the daemon killed and started again, it goes on by itself")
    func daemonKilled() async throws {
        try await scene { scene in
            let bytes = try Samples.video(padding: 12 * Self.megabytes)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 3 * Self.megabytes)
            let upload = try scene.upload()
            scene.relay.stall(after: 3 * Self.megabytes)
            scene.relay.cut()
            #expect(try await eventually { command.standardError.contains("trying again") })
            #expect(try await eventually { scene.relay.passed >= 6 * Self.megabytes })
            await scene.daemon.kill9()
            let second = try await scene.site.start()
            scene.relay.lead(to: second.port)
            scene.relay.cut()
            scene.relay.pass()
            let ending = await command.waitForExit(atMost: .seconds(60))
            #expect(ending == .exited(0), "\(command.standardError)\(second.lastWords)")
            let line = String(decoding: command.standardOutput, as: UTF8.self).split(separator: "\n").first
            let path = "/" + (try #require(line)).split(separator: "/").dropFirst(2).joined(separator: "/")
            #expect(try await second.request("GET", path).body == bytes)
            // The first connection's three, the second's three, the rest, a little for heads, and what the kill may have cost.
            #expect(scene.relay.passed < bytes.count + 4 * Self.megabytes)
            let status = try JSONValue(parsing: try await second.request("GET", upload).body)
            #expect(status["state"]?.string == "complete")
            #expect(scene.notes.isEmpty)
            #expect(try await second.terminate() == .exited(0))
            await second.kill9()
        }
    }

    @Test("of a file that is being sent already says so, and disturbs nothing")
    func twoAtOnce() async throws {
        try await scene { scene in
            let bytes = try Samples.video(padding: 2 * Self.megabytes)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let first = try await scene.start(arguments, passing: Self.megabytes)
            let second = try await scene.run(arguments)
            #expect(second.ending == .exited(2))
            #expect(second.errors.contains("film.mp4 is being sent by another command already"), "\(second.errors)")
            scene.relay.pass()
            #expect(await first.waitForExit(atMost: .seconds(30)) == .exited(0))
            #expect(!first.standardError.contains("trying again"))
        }
    }

    @Test("ended with Ctrl-C, it says how to go on; a file that changed meanwhile is another upload")
    func interrupted() async throws {
        try await scene { scene in
            let arguments = [try scene.file(try Samples.video(padding: 4 * Self.megabytes)), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 2 * Self.megabytes)
            command.send(signal: SIGINT)
            #expect(await command.waitForExit(atMost: .seconds(10)) == .exited(130))
            #expect(command.standardError.contains("run the same command again to go on"))
            let upload = try scene.upload()
            scene.relay.cut()
            scene.relay.pass()
            let changed = try Samples.video(padding: 4 * Self.megabytes)
            let outcome = try await scene.run([try scene.file(changed), "--collection", "videos"])
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try await scene.published(outcome.lines.first) == changed)
            // The old one is left to whoever still has its file.
            #expect(try scene.upload() == upload)
            let status = try JSONValue(parsing: try await scene.daemon.request("GET", upload).body)
            #expect(status["state"]?.string == "receiving")
        }
    }

    @Test("of an upload that the daemon ended begins anew")
    func gone() async throws {
        try await scene { scene in
            let bytes = try Samples.video(padding: 4 * Self.megabytes)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 2 * Self.megabytes)
            await command.kill9()
            scene.relay.cut()
            scene.relay.pass()
            let ended = try await scene.daemon.request("DELETE", try scene.upload(), [("Tus-Resumable", "1.0.0")])
            #expect(ended.status == 204)
            let outcome = try await scene.run(arguments)
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try await scene.published(outcome.lines.first) == bytes)
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("of a file that changes while it is sent stops, and leaves nothing at the daemon")
    func changes() async throws {
        try await scene { scene in
            // More than the connections between can hold.
            var bytes = try Samples.video(padding: 20 * Self.megabytes)
            let path = try scene.file(bytes)
            let command = try await scene.start([path, "--collection", "videos"], passing: Self.megabytes)
            let upload = try scene.upload()
            bytes[bytes.endIndex - 1] ^= 1
            _ = try scene.file(bytes)
            scene.relay.pass()
            #expect(await command.waitForExit(atMost: .seconds(30)) == .exited(2))
            #expect(command.standardError.contains("changed while it was being sent"), "\(command.standardError)")
            #expect(try await scene.daemon.request("GET", upload).status == 410)
            #expect(scene.notes.isEmpty)
            #expect(try await scene.daemon.records(in: "videos").isEmpty)
        }
    }

    @Test("sends several at once, prints addresses in their order, and does not let one bad file keep the others")
    func several() async throws {
        try await scene { scene in
            let files = try (0..<6).map { try Samples.jpeg(padding: (6 - $0) * 200_000) }
            var paths = try files.enumerated().map { try scene.file($1, "\($0).jpg") }
            let film = try scene.file(try Samples.video(), "film.mp4")
            paths.insert(contentsOf: [try scene.file([], "empty.jpg"), scene.site.directory, film], at: 2)
            let outcome = try await scene.run(
                paths + ["/nonexistent.jpg", "--collection", "posters", "--parallel", "4"]
            )
            #expect(outcome.ending == .exited(2))
            #expect(outcome.lines.count == files.count)
            for (line, bytes) in zip(outcome.lines, files) { #expect(try await scene.published(line) == bytes) }
            for words in [
                "empty.jpg is empty", "is a folder", "/nonexistent.jpg cannot be read", "film.mp4 was refused (415)",
                "video/mp4",
            ] {
                #expect(outcome.errors.contains(words), "\(words) in \(outcome.errors)")
            }
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("refused for a name that is taken, it goes on without sending again once the name is free")
    func nameTaken() async throws {
        try await scene { scene in
            let first = try await scene.daemon.upload(try Samples.video(), "collection=videos&name=trailer").record()
            let bytes = try Samples.video(padding: 4 * Self.megabytes)
            let arguments = [try scene.file(bytes), "--collection", "videos", "--name", "trailer"]
            let refused = try await scene.run(arguments)
            #expect(refused.ending == .exited(2))
            #expect(refused.errors.contains("(409)") && refused.errors.contains("tries again"), "\(refused.errors)")
            #expect(try await scene.daemon.request("DELETE", "/api/media/\(first.id)").status == 204)
            let before = scene.relay.passed
            let again = try await scene.run(arguments)
            #expect(again.ending == .exited(0), "\(again.errors)")
            #expect(try await scene.published(again.lines.first) == bytes)
            #expect(scene.relay.passed - before < 100_000)
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("draws a line for each file on a terminal, no wider than it is, and leaves results below")
    func terminal() async throws {
        try await scene { scene in
            let bytes = try Samples.video(padding: 4 * Self.megabytes)
            let name = "a very long name \u{1B}[2J of a film that is wider than half of the terminal.mp4"
            let path = try scene.file(bytes, name)
            let command = "stty cols 60 rows 10; exec '\(try DaemonBinary.path())' upload '\(path)' --collection videos"
            scene.relay.stall(after: 2 * Self.megabytes)
            let before = scene.relay.passed
            let terminal = try await ChildProcess.start(
                .init(
                    "script",
                    [
                        "--quiet", "--return", "--command", "\(command) --server http://127.0.0.1:\(scene.relay.port)",
                        "/dev/null",
                    ],
                    environment: ["XDG_STATE_HOME": scene.state, "TERM": "xterm"],
                    directory: scene.site.directory
                )
            )
            func output() -> String { String(decoding: terminal.standardOutput, as: UTF8.self) }
            #expect(try await eventually { scene.relay.passed == before + 2 * Self.megabytes })
            // Drawn again in the same place.
            #expect(try await eventually { output().contains("\u{1B}[1A\u{1B}[2K") })
            scene.relay.pass()
            #expect(await terminal.waitForExit(atMost: .seconds(30)) == .exited(0), "\(output())")
            #expect(!output().contains("\u{1B}[2J"))
            #expect(
                try await scene.daemon.records(in: "videos").first?.originalFilename
                    == name.replacing("\u{1B}", with: "_")
            )
            let lines = output().components(separatedBy: "\u{1B}[2K").dropFirst().map {
                $0.prefix { !$0.isNewline }
            }
            #expect(!lines.isEmpty)
            for line in lines { #expect(line.count < 60 && line.contains("% of"), "\(line)") }
            let last = output().split(whereSeparator: \.isNewline).last.map(String.init)
            #expect(try await scene.published(last) == bytes)
        }
    }
}
