import Glibc

/// A running `mediad serve`.
package final class DaemonProcess: Sendable {
    /// The process itself.
    package let process: ChildProcess
    /// Where it works.
    package let site: DaemonSite
    /// The TCP port at 127.0.0.1 that it chose.
    package let port: Int

    /// Waits until the daemon logs `Listening` with its address.
    /// - Throws: ``ProcessFailure`` with the log when it ends first or takes too long; it is killed then.
    init(process: ChildProcess, site: DaemonSite, within patience: Duration) async throws {
        self.process = process
        self.site = site
        let deadline = ContinuousClock.now + patience
        while true {
            let hasEnded = process.ending
            if let port = Self.port(in: process.standardError, scheme: "http") {
                self.port = port
                return
            }
            if let hasEnded {
                throw ProcessFailure(
                    message: "the daemon ended (\(hasEnded)) before it listened:\n\(process.standardError)"
                )
            }
            guard ContinuousClock.now < deadline else {
                await process.kill9()
                throw ProcessFailure(message: "the daemon did not listen within \(patience):\n\(process.standardError)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// A daemon that was launched without waiting; waits until it listens.
    package static func attach(
        to process: ChildProcess,
        on site: DaemonSite,
        within patience: Duration = .seconds(60)
    ) async throws -> DaemonProcess {
        try await DaemonProcess(process: process, site: site, within: patience)
    }

    /// `http://127.0.0.1:PORT`.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// `https://127.0.0.1:PORT`; nil when it speaks no TLS.
    package var secureURL: String? {
        Self.port(in: log, scheme: "https").map { "https://127.0.0.1:\($0)" }
    }

    /// Everything it logged so far.
    package var log: String { process.standardError }

    /// The end of the log, for messages of failed tests.
    package var lastWords: String {
        let lines = log.split(separator: "\n").suffix(20).map { $0.prefix(500) }
        return "log of mediad (process \(process.processID), \(process.ending.map { "\($0)" } ?? "running")):\n"
            + lines.joined(separator: "\n")
    }

    /// SIGTERM, then waits for the end.
    /// - Throws: ``ProcessFailure`` with the log when it does not end in time; it is killed then.
    @discardableResult
    package func terminate(within patience: Duration = .seconds(30)) async throws -> ChildProcess.Ending {
        process.send(signal: SIGTERM)
        guard let ending = await process.waitForExit(atMost: patience) else {
            await process.kill9()
            throw ProcessFailure(message: "the daemon did not end within \(patience) after SIGTERM\n\(lastWords)")
        }
        return ending
    }

    /// SIGKILL, then waits until it is gone.
    package func kill9() async { await process.kill9() }

    /// A new connection.
    package func connect(receiveBufferBytes: Int32? = nil) async throws -> HTTPProbe {
        try await HTTPProbe.connect(port: port, receiveBufferBytes: receiveBufferBytes)
    }

    /// One request on a connection of its own.
    package func request(
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        body: [UInt8]? = nil
    ) async throws -> ProbeResponse {
        try await connect().request(method, target, fields + [("Connection", "close")], body: body)
    }

    /// The port in the line that says `Listening`.
    private static func port(in log: String, scheme: String) -> Int? {
        for line in log.split(separator: "\n") where line.contains("Listening") {
            guard let start = line.firstRange(of: "\(scheme)://127.0.0.1:")?.upperBound else { continue }
            return Int(line[start...].prefix { $0.isASCII && $0.isNumber })
        }
        return nil
    }
}
