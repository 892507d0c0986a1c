import FoundationEssentials
import MediaTesting
import Testing

/// What curl is told to speak.
enum CurlVersion: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case http1 = "--http1.1"
    case http2 = "--http2"

    /// How the first line of an answer begins.
    var name: String { self == .http2 ? "HTTP/2" : "HTTP/1.1" }

    var testDescription: String { name }
}

extension DaemonProcess {
    /// One request over TLS, by curl, which must speak the version that is asked for.
    func curl(
        _ version: CurlVersion,
        _ method: String,
        _ target: String,
        _ fields: [(String, String)] = [],
        arguments: [String] = [],
        body: [UInt8]? = nil,
        certificate: TestCertificate? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProbeResponse {
        var words = method == "HEAD" ? ["--head"] : ["--include", "--request", method]
        // An empty value would mean: leave this field out.
        for (name, value) in fields { words += ["--header", value.isEmpty ? "\(name);" : "\(name): \(value)"] }
        if let body {
            let file = "\(site.directory)/\(uniqueName("curl"))"
            try Data(body).write(to: URL(fileURLWithPath: file))
            words += ["--data-binary", "@\(file)"]
            if !fields.contains(where: { $0.0.lowercased() == "content-type" }) {
                words += ["--header", "Content-Type: application/octet-stream"]
            }
        }
        let outcome = try await curl(version, target, words + arguments, certificate: certificate)
        try #require(outcome.ending == .exited(0), "\(outcome.errors)", sourceLocation: sourceLocation)
        let answer = try Self.answer(outcome.bytes)
        #expect(answer.version == version.name, sourceLocation: sourceLocation)
        return answer
    }

    /// The same, with curl's own words, however it ends.
    func curl(
        _ version: CurlVersion,
        _ target: String,
        _ arguments: [String],
        certificate: TestCertificate? = nil
    ) async throws -> ChildProcess.Outcome {
        let url = try #require(secureURL)
        let trusted = try await TestCertificate.standard()
        return try await ChildProcess.run(
            .init(
                "curl",
                [
                    "--silent", "--show-error", "--max-time", "50", "--cacert", (certificate ?? trusted).certificate,
                    version.rawValue, "--path-as-is", url + target,
                ] + arguments
            )
        )
    }

    /// The last of the answers that curl wrote down; those before it were interim.
    private static func answer(_ bytes: [UInt8]) throws -> ProbeResponse {
        var rest = bytes[...]
        while true {
            let end = try #require(rest.firstRange(of: Array("\r\n\r\n".utf8)))
            var answer = try ProbeResponse(head: Array(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
            guard answer.status < 200 else {
                answer.body = Array(rest)
                return answer
            }
        }
    }
}
