import FoundationEssentials
import MediaTesting
import Testing

/// A daemon behind a network that the test can break, and a folder that remembers uploads.
struct UploadScene: Sendable {
    let site: DaemonSite
    let daemon: DaemonProcess
    let relay: Relay

    /// Runs `body` with a daemon of its own, which must end well unless the test ended it.
    static func with(_ body: @escaping @Sendable (UploadScene) async throws -> Void) async throws {
        let site = try await DaemonSite(configuration: Configurations.standard)
        let daemon = try await site.start()
        let relay = try Relay(to: daemon.port)
        try await withLog(of: daemon) {
            try await body(UploadScene(site: site, daemon: daemon, relay: relay))
            relay.close()
            if daemon.process.ending == nil { #expect(try await daemon.terminate() == .exited(0)) }
        }
        await daemon.kill9()
        try await site.remove()
    }

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

/// Bytes in a MiB.
let megabyte = 1 << 20
