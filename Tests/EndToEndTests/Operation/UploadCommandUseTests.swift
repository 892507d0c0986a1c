import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("mediad upload in use", .serialized, .timeLimit(.minutes(5)))
struct UploadCommandUseTests {
    @Test("of a file that is being sent already says so, and disturbs nothing")
    func twoAtOnce() async throws {
        try await UploadScene.with { scene in
            let bytes = try Samples.video(padding: 2 * megabyte)
            let arguments = [try scene.file(bytes), "--collection", "videos"]
            let first = try await scene.start(arguments, passing: megabyte)
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
        try await UploadScene.with { scene in
            let arguments = [try scene.file(try Samples.video(padding: 4 * megabyte)), "--collection", "videos"]
            let command = try await scene.start(arguments, passing: 2 * megabyte)
            command.send(signal: SIGINT)
            #expect(await command.waitForExit(atMost: .seconds(10)) == .exited(130))
            #expect(command.standardError.contains("run the same command again to go on"))
            let upload = try scene.upload()
            scene.relay.cut()
            scene.relay.pass()
            let changed = try Samples.video(padding: 4 * megabyte)
            let outcome = try await scene.run([try scene.file(changed), "--collection", "videos"])
            #expect(outcome.ending == .exited(0), "\(outcome.errors)")
            #expect(try await scene.published(outcome.lines.first) == changed)
            // The old one is left to whoever still has its file.
            #expect(try scene.upload() == upload)
            let status = try JSONValue(parsing: try await scene.daemon.request("GET", upload).body)
            #expect(status["state"]?.string == "receiving")
        }
    }

    @Test("F8: ended with Ctrl-C while it sends standard input, it says that nothing can go on, and leaves nothing")
    func interruptedInput() async throws {
        try await UploadScene.with { scene in
            let path = try scene.file(try Samples.video(padding: 4 * megabyte))
            scene.relay.stall(after: 2 * megabyte)
            let before = scene.relay.passed
            let command = try await ChildProcess.start(
                .init(
                    "/bin/sh",
                    [
                        "-c", "exec \"$@\" < \"$0\"", path, try DaemonBinary.path(), "upload", "-", "--collection",
                        "videos",
                        "--server", "http://127.0.0.1:\(scene.relay.port)",
                    ],
                    environment: ["XDG_STATE_HOME": scene.state, "TERM": "xterm"],
                    directory: scene.site.directory
                )
            )
            #expect(try await eventually { scene.relay.passed == before + 2 * megabyte })
            command.send(signal: SIGINT)
            #expect(await command.waitForExit(atMost: .seconds(10)) == .exited(130))
            #expect(command.standardError.contains("standard input cannot be gone on with"), "\(command.standardError)")
            #expect(!command.standardError.contains("run the same command again"))
            #expect(scene.notes.isEmpty)
        }
    }

    @Test("of a file that changes while it is sent stops, and leaves nothing at the daemon")
    func changes() async throws {
        try await UploadScene.with { scene in
            // More than the connections between can hold.
            var bytes = try Samples.video(padding: 20 * megabyte)
            let path = try scene.file(bytes)
            let command = try await scene.start([path, "--collection", "videos"], passing: megabyte)
            let upload = try scene.upload()
            bytes[bytes.endIndex - 1] ^= 1
            _ = try scene.file(bytes)
            scene.relay.pass()
            #expect(await command.waitForExit(atMost: .seconds(30)) == .exited(2))
            #expect(
                command.standardError.contains("changed while it was being sent; run the command again."),
                "\(command.standardError)"
            )
            #expect(try await scene.daemon.request("GET", upload).status == 410)
            #expect(scene.notes.isEmpty)
            #expect(try await scene.daemon.records(in: "videos").isEmpty)
        }
    }

    @Test("sends several at once, prints addresses in their order, and does not let one bad file keep the others")
    func several() async throws {
        try await UploadScene.with { scene in
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

    @Test("draws a line for each file on a terminal, no wider than it is, and leaves results below")
    func terminal() async throws {
        try await UploadScene.with { scene in
            let bytes = try Samples.video(padding: 4 * megabyte)
            let name = "a very long name \u{1B}[2J of a film that is wider than half of the terminal.mp4"
            let path = try scene.file(bytes, name)
            let command = "stty cols 60 rows 10; exec '\(try DaemonBinary.path())' upload '\(path)' --collection videos"
            scene.relay.stall(after: 2 * megabyte)
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
            #expect(try await eventually { scene.relay.passed == before + 2 * megabyte })
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
