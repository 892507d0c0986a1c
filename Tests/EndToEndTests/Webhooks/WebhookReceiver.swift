import Foundation
import MediaTesting
import Testing

/// A receiver as an application has it: Python, with the library of Standard Webhooks. `scripts/test-clients` installs it.
struct WebhookReceiver: Sendable {
    let process: ChildProcess
    private let secrets: String
    let port: Int

    /// One message that came.
    struct Message: Sendable {
        var path: String
        var id: String
        /// Whether each secret of the receiver verifies it.
        var verified: [Bool]
        var event: JSONValue

        var type: String? { self.event["type"]?.string }
    }

    /// Runs `body` with a receiver, which is ended then.
    static func with(_ site: DaemonSite, _ body: @Sendable (WebhookReceiver) async throws -> Void) async throws {
        let secrets = "\(site.directory)/\(uniqueName("secrets")).txt"
        try Data().write(to: URL(fileURLWithPath: secrets))
        let process = try await ChildProcess.start(
            .init("\(Self.project)/.build/test-clients/bin/python3", [Self.script, secrets], directory: site.directory)
        )
        do {
            var port: Int?
            _ = try await eventually(every: .milliseconds(50)) {
                port = Self.lines(process).first.flatMap { Int($0) }
                return port != nil || process.ending != nil
            }
            let receiver = WebhookReceiver(
                process: process,
                secrets: secrets,
                port: try #require(port, "the receiver did not begin: \(process.standardError)")
            )
            try await body(receiver)
        } catch {
            await process.kill9()
            throw error
        }
        await process.kill9()
    }

    func url(_ path: String = "/ok") -> String { "http://127.0.0.1:\(self.port)\(path)" }

    /// The secrets that it knows.
    func use(_ secrets: [String]) throws {
        try Data(secrets.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: self.secrets))
    }

    /// All that came so far, in order.
    func messages(_ path: String = "/ok") throws -> [Message] {
        try Self.lines(self.process).dropFirst().map { line in
            let value = try JSONValue(parsing: Array(line.utf8))
            return Message(
                path: value["path"]?.string ?? "",
                id: value["id"]?.string ?? "",
                verified: (value["verified"]?.array ?? []).map { $0 == .bool(true) },
                event: value["event"] ?? .null
            )
        }
        .filter { $0.path == path }
    }

    /// Whole lines only: the last one may still be coming.
    private static func lines(_ process: ChildProcess) -> [String] {
        let text = String(decoding: process.standardOutput, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The folder of the project: this file lies in Tests/EndToEndTests/Webhooks.
    private static let project = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    private static let script = "\(project)/Tests/Fixtures/clients/receive_webhooks.py"
}

extension Configurations {
    /// Webhooks to this machine, with short pauses.
    static let webhooks =
        standard + """
            webhooks:
              allowedNetworks: [127.0.0.0/8]
              tries: 3
              retryInterval: 50ms
              maximumRetryInterval: 200ms
              probeInterval: 200ms
              timeout: 5s

            """
}
