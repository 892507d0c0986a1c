import FoundationEssentials
import MediaTesting
import Testing

@Suite("The command line", .daemon(), .timeLimit(.minutes(3)))
struct CommandTests {
    private func mediad(_ arguments: [String], directory: String = "/") async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(.init(try DaemonBinary.path(), arguments, directory: directory))
    }

    private func file(_ bytes: [UInt8], _ name: String) throws -> String {
        let path = "\(try Daemon.current().site.directory)/\(uniqueName())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    @Test("upload sends files, and prints the address of each")
    func upload() async throws {
        let daemon = try Daemon.current()
        let (one, other) = (try Samples.jpeg(padding: 3 << 20), Samples.png())
        let paths = [try file(one, "a+b & é.jpg"), try file(other, "b.png")]
        let outcome = try await mediad(["upload"] + paths + ["--collection", "posters", "--server", daemon.url])
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.lines.count == 2)
        for (line, bytes) in zip(outcome.lines, [one, other]) {
            #expect(line.hasPrefix("\(daemon.url)/files/posters/"))
            #expect(try await daemon.request("GET", String(line.dropFirst(daemon.url.count))).body == bytes)
        }
        let records = try await daemon.records(in: "posters")
        #expect(records.contains { $0.originalFilename == "a+b & é.jpg" && $0.sha256 == Samples.sha256(one) })
    }

    @Test("ls lists what upload sent, as lines and as JSON; rm deletes it, and says what is not there")
    func listing() async throws {
        let daemon = try Daemon.current()
        let (name, server) = (uniqueName(), ["--server", daemon.url])
        let sent = try await mediad(
            ["upload", try file(Samples.png(), "a.png"), "--collection", "posters", "--name", name, "--json"] + server
        )
        #expect(sent.ending == .exited(0) && sent.text.contains("\"url\":\"\(daemon.url)/files/posters/\(name).png"))
        let path = "posters/\(name).png"
        #expect(try await mediad(["ls", "posters"] + server).text.contains(path))
        #expect(try await mediad(["ls", "posters/\(name)", "--json"] + server).text.contains("\"path\":\"\(path)\""))
        #expect(try await mediad(["rm", path] + server).lines == [path])
        let gone = try await mediad(["rm", path] + server)
        #expect(gone.ending == .exited(2) && gone.errors.contains(path))
        #expect(!(try await mediad(["ls", "posters"] + server).text.contains(path)))
    }

    /// A command of the daemon with these bytes on its standard input, through a pipe.
    private func piped(_ bytes: [UInt8], _ arguments: [String]) async throws -> ChildProcess.Outcome {
        let input = try file(bytes, "input")
        return try await ChildProcess.run(
            .init("/bin/sh", ["-c", "cat \"$0\" | \"$@\"", input, try DaemonBinary.path()] + arguments, directory: "/")
        )
    }

    @Test("F8: upload - sends standard input of any length, and tells as JSON what became of it")
    func standardInput() async throws {
        let daemon = try Daemon.current()
        let (name, server) = (uniqueName(), ["--server", daemon.url, "--json"])
        // More than one read of a pipe, and than one write to the daemon.
        let bytes = try Samples.jpeg(padding: 3 << 20)
        let sent = try await piped(bytes, ["upload", "-", "--collection", "posters", "--name", name] + server)
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        let line = try JSONValue(parsing: Array((sent.lines.first ?? "").utf8))
        let record = try #require(try await daemon.records(in: "posters").first { $0.path == "posters/\(name).jpg" })
        #expect(record.sha256 == Samples.sha256(bytes))
        #expect(line["file"]?.string == "-")
        #expect(line["url"]?.string == daemon.url + record.url)
        #expect(line["path"]?.string == record.path && line["id"]?.string == record.id)
        #expect(line["sha256"]?.string == record.sha256 && line["type"]?.string == "image/jpeg")
    }

    @Test(
        "F8: upload - of nothing, of a wrong type and of what was cut off is refused by name, and ls shows nothing of it"
    )
    func refusedStandardInput() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        for (bytes, words) in [
            ([], "Standard input is empty"), (Samples.text(), "Standard input was refused (415)"),
            (Array(try Samples.fixture("exif-orientation/1.jpg").prefix(2000)), "Standard input was refused (422)"),
        ] as [([UInt8], String)] {
            let outcome = try await piped(
                bytes,
                ["upload", "-", "--collection", "posters", "--name", name, "--server", daemon.url, "--json"]
            )
            #expect(outcome.ending == .exited(2))
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(outcome.lines.count == 1 && outcome.text.contains("\"error\""))
        }
        #expect(try await mediad(["ls", "posters/\(name)", "--server", daemon.url]).text.isEmpty)
    }

    @Test("F8: rm goes on past what it cannot delete, and names it; wrong arguments are 64")
    func removing() async throws {
        let daemon = try Daemon.current()
        let path = try await daemon.upload(Samples.png(), "collection=posters&name=\(uniqueName())").record().path
        let server = ["--server", daemon.url, "--json"]
        let outcome = try await mediad(["rm", "posters", "posters/\(uniqueName()).png", path] + server)
        #expect(outcome.ending == .exited(2))
        #expect(outcome.lines.map { $0.contains("\"isDeleted\":true") } == [false, false, true], "\(outcome.text)")
        #expect(outcome.errors.contains("posters was refused (400)"), "\(outcome.errors)")
        for wrong in [["rm"], ["ls", "--server", "x"], ["upload", "-", "-", "--collection", "posters"]] {
            #expect(try await mediad(wrong).ending == .exited(64), "\(wrong)")
        }
    }

    @Test("upload says why a file was refused, and exits with 2")
    func refused() async throws {
        let daemon = try Daemon.current()
        let name = uniqueName()
        let film = try file(try Samples.video(), "a.mp4")
        let server = ["--server", daemon.url]
        let wrong = try await mediad(["upload", film, "--collection", "posters"] + server)
        #expect(wrong.ending == .exited(2))
        #expect(wrong.errors.contains("video/mp4"), "\(wrong.errors)")
        #expect(wrong.text.isEmpty)
        let first = try await mediad(["upload", film, "--collection", "videos", "--name", name] + server)
        #expect(first.ending == .exited(0), "\(first.errors)")
        let taken = try await mediad(["upload", film, "--collection", "videos", "--name", name] + server)
        #expect(taken.ending == .exited(2))
        let replaced = try await mediad(
            ["upload", film, "--collection", "videos", "--name", name, "--replace"] + server
        )
        #expect(replaced.ending == .exited(0), "\(replaced.errors)")
        let empty = try await mediad(["upload", try file([], "e.jpg"), "--collection", "posters"] + server)
        #expect(empty.ending == .exited(2))
        let missing = try await mediad(["upload", "/nonexistent.jpg", "--collection", "posters"] + server)
        #expect(missing.ending == .exited(2))
        #expect(missing.errors.contains("/nonexistent.jpg"))
        let nobody = try await mediad(["upload", film, "--collection", "videos", "--server", "http://127.0.0.1:1"])
        #expect(nobody.ending == .exited(2))
        #expect(nobody.errors.contains("127.0.0.1:1"))
    }

    @Test("upload is told early when its file is too large, and says so")
    func tooLarge() async throws {
        let daemon = try Daemon.current()
        let path = try file([UInt8](repeating: 0x61, count: 30 << 20), "large.txt")
        let outcome = try await mediad(["upload", path, "--collection", "documents", "--server", daemon.url])
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("413") || outcome.errors.lowercased().contains("larger"), "\(outcome.errors)")
    }

    @Test(
        "explains itself",
        arguments: [
            [], ["serve"], ["upload"], ["ls"], ["rm"], ["migrate"], ["fsck"], ["import"], ["config"],
            ["config", "check"], ["version"],
        ]
    )
    func help(command: [String]) async throws {
        let outcome = try await mediad(command + ["--help"])
        #expect(outcome.ending == .exited(0))
        #expect(outcome.text.contains("USAGE: mediad \(command.joined(separator: " "))"))
        #expect(outcome.text.contains("OVERVIEW:"))
        if command == ["serve"] {
            for flag in ["--config", "--hostname", "--port", "--storage-root", "--database-url"] {
                #expect(outcome.text.contains(flag))
            }
        }
    }

    @Test("knows its version, and refuses what it does not know")
    func version() async throws {
        #expect(try await mediad(["version"]).text.hasPrefix("mediad "))
        #expect(try await mediad(["--version"]).text.hasPrefix("mediad "))
        for nonsense in [["frobnicate"], ["serve", "--frobnicate"], ["upload"], ["fsck", "x"]] {
            let outcome = try await mediad(nonsense)
            #expect(outcome.ending != .exited(0), "\(nonsense)")
            #expect(outcome.errors.contains("Usage: ") || outcome.errors.contains("USAGE"), "\(outcome.errors)")
        }
    }

    @Test("migrate, fsck and import work beside the daemon")
    func maintenance() async throws {
        let daemon = try Daemon.current()
        let migrate = try await daemon.site.run(["migrate"])
        #expect(migrate.ending == .exited(0), "\(migrate.errors)")
        let outcome = try await daemon.site.run(["import"])
        #expect(outcome.ending == .exited(0), "\(outcome.text)\(outcome.errors)")
        let check = try await ChildProcess.run(
            .init(try DaemonBinary.path(), ["config", "check"] + daemon.site.flags)
        )
        #expect(check.ending == .exited(0), "\(check.errors)")
        #expect(check.text.contains(daemon.site.root))
    }
}
