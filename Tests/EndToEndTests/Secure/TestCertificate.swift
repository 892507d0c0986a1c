import MediaTesting
import Synchronization
import Testing

/// A certificate for 127.0.0.1 that signs itself, and its key, as files that go with the test process.
struct TestCertificate: Sendable {
    let certificate: String
    let privateKey: String

    /// Settings that let a daemon speak TLS with it, at a port that it chooses.
    var environment: [String: String] {
        [
            "MEDIAD_TLS_CERTIFICATE": certificate, "MEDIAD_TLS_PRIVATE_KEY": privateKey,
            "MEDIAD_TLS_PORT": "0",
        ]
    }

    /// The same settings as lines of a configuration file.
    func lines(_ more: String = "") -> String {
        "tls:\n  certificate: \(certificate)\n  privateKey: \(privateKey)\n  port: 0\n\(more)"
    }

    static let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    static let rsa = ["-newkey", "rsa:2048"]

    /// Made once for all tests of the process.
    static func standard() async throws -> TestCertificate { try await shared.value }

    private static let shared = Task { try await make("standard", in: try await ThrowawayDirectories.make()) }

    /// A new one.
    ///
    /// - Parameters:
    ///   - name: of the files, and what the certificate says it is of.
    ///   - key: what kind, as `openssl req` is told.
    static func make(_ name: String, in directory: String, key: [String] = Self.curve) async throws -> TestCertificate {
        let pair = TestCertificate(certificate: "\(directory)/\(name).pem", privateKey: "\(directory)/\(name).key")
        let outcome = try await ChildProcess.run(
            .init(
                "openssl",
                [
                    "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", pair.privateKey, "-out", pair.certificate,
                ] + key
            )
        )
        try #require(outcome.ending == .exited(0), "\(outcome.errors)")
        return pair
    }
}
