import FoundationEssentials
import MediaTesting
import Testing

/// A running `http-serving-probe`: the smallest service on HTTPServing, in the clear and over TLS.
struct ServingProbe {
    let process: ChildProcess
    let plainURL: String
    let secureURL: String
    let certificate: String

    /// Where the program lies: beside the tests.
    static func binary() throws -> String {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return tests.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/http-serving-probe"
    }

    /// Runs `body` with a probe of its own, which must end well afterwards.
    static func with(_ body: (ServingProbe) async throws -> Void) async throws {
        let directory = try await ThrowawayDirectories.make()
        let (certificate, key) = ("\(directory)/probe.pem", "\(directory)/probe.key")
        let made = try await ChildProcess.run(
            .init(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=probe", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
                ]
            )
        )
        try #require(made.ending == .exited(0), "\(made.errors)")
        let process = try await ChildProcess.start(.init(try self.binary(), [certificate, key]))
        let hasPrinted = try await eventually { process.standardOutput.contains(UInt8(ascii: "\n")) }
        try #require(hasPrinted, "\(process.standardError)")
        let urls = String(decoding: process.standardOutput, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        try #require(urls.count == 2, "\(urls)")
        do {
            try await body(
                ServingProbe(
                    process: process,
                    plainURL: String(urls[0]),
                    secureURL: String(urls[1]),
                    certificate: certificate
                )
            )
        } catch {
            await process.kill9()
            throw error
        }
        process.send(signal: 15)
        #expect(await process.waitForExit(atMost: .seconds(20)) == .exited(0))
        await process.kill9()
    }

    /// What curl gets from an URL: head and content.
    func curl(_ url: String, _ arguments: String...) async throws -> String {
        let outcome = try await ChildProcess.run(
            .init(
                "curl",
                ["--silent", "--include", "--max-time", "30", "--cacert", self.certificate] + arguments + [url]
            )
        )
        return String(decoding: outcome.bytes, as: UTF8.self)
    }

    var plainPort: Int { self.plainURL.split(separator: ":").last.flatMap { Int($0) } ?? 0 }
}
