import FoundationEssentials
import Glibc
import MediaTesting
import Testing

/// By the clients of others: `scripts/test-clients` installs them; without it these tests fail.
@Suite("Following the events", .daemon(), .serialized, .timeLimit(.minutes(3)))
struct EventFollowingTests {
    /// The folder of the project: this file lies in Tests/EndToEndTests/Events.
    private static let project = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    @Test("A list's cursor, then pages, a stream and WebSocket: the same events in the same JSON")
    func clients() async throws {
        let daemon = try Daemon.current()
        let path = "\(daemon.site.directory)/\(uniqueName("events")).png"
        try Data(Samples.png()).write(to: URL(fileURLWithPath: path))
        let python = "\(Self.project)/.build/test-clients/bin/python"
        try #require(access(python, X_OK) == 0, "the clients are not installed: run scripts/test-clients")
        let script = "\(Self.project)/Tests/Fixtures/clients/use_events.py"
        let outcome = try await ChildProcess.run(.init(python, [script, daemon.url, path]))
        #expect(outcome.ending == .exited(0) && outcome.lines.last == "ok", "\(outcome.text)\(outcome.errors)")
    }

    @Test("A ticket lets a stream in once")
    func tickets() async throws {
        let daemon = try Daemon.current()
        let answer = try await daemon.request("POST", "/api/events/ticket")
        try #require(answer.status == 201, "\(answer.text)")
        let ticket = try #require(try JSONValue(parsing: answer.body)["ticket"]?.string)
        let probe = try await daemon.connect()
        try await probe.send("GET", "/api/events?ticket=\(ticket)")
        #expect(try await probe.receiveHead().status == 200)
        #expect(try await daemon.request("GET", "/api/events?ticket=\(ticket)").status == 401)
    }

    @Test("Changes by SQL are heard like others")
    func sql() async throws {
        let daemon = try Daemon.current()
        let record = try await daemon.upload(Samples.text(), "collection=documents&name=\(uniqueName())").record()
        let head = try JSONValue(parsing: try await daemon.request("GET", "/api/changes?since=now").body)
        var cursor = try #require(head["cursor"]?.string)
        _ = try await daemon.site.sql(
            "UPDATE media.files SET original_filename = 'by hand' WHERE path = '\(record.path)'"
        )
        // Its creation may come first.
        var types: [String] = []
        while !types.contains("file.updated") {
            let target = "/api/changes?since=\(cursor)&wait=30&path=\(record.path)"
            let page = try JSONValue(parsing: try await daemon.request("GET", target).body)
            let changes = try #require(page["changes"]?.array)
            try #require(!changes.isEmpty, "nothing within 30 seconds, after \(types)")
            types += changes.compactMap { $0["type"]?.string }
            cursor = try #require(page["cursor"]?.string)
        }
        #expect(types.allSatisfy { ["file.created", "file.updated"].contains($0) }, "\(types)")
    }
}
