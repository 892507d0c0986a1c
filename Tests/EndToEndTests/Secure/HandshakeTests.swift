import MediaTesting
import Testing

@Suite("TLS handshakes", .timeLimit(.minutes(3)))
struct HandshakeTests {
    private func withDaemon(
        _ settings: String,
        certificate: TestCertificate? = nil,
        _ body: @Sendable (DaemonProcess, Int) async throws -> Void
    ) async throws {
        let standard = try await TestCertificate.standard()
        let pair = certificate ?? standard
        let site = try await DaemonSite(configuration: Configurations.standard + pair.lines(settings))
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            let port = try #require(daemon.secureURL?.split(separator: ":").last.flatMap { Int($0) })
            try await body(daemon, port)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
    }

    /// The version that was agreed on; nil when there was no agreement.
    private func agreed(_ daemon: DaemonProcess, upTo version: String) async throws -> String? {
        let words = ["--tls-max", version, "--ciphers", "DEFAULT@SECLEVEL=0", "--verbose", "--output", "/dev/null"]
        let outcome = try await daemon.curl(.http1, "/healthz", words)
        guard outcome.ending == .exited(0) else { return nil }
        return ["TLSv1.3", "TLSv1.2", "TLSv1.1"].first { outcome.errors.contains("SSL connection using \($0)") }
    }

    @Test("I9: TLS 1.1 is refused, 1.2 and 1.3 are spoken")
    func versions() async throws {
        try await withDaemon("") { daemon, _ in
            for (most, expected) in [("1.1", nil), ("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")] as [(String, String?)] {
                let version = try await self.agreed(daemon, upTo: most)
                #expect(version == expected)
            }
        }
    }

    @Test("I9: with minimumVersion 1.3 the older one is refused; with http2 off there is HTTP/1.1 alone")
    func stricter() async throws {
        try await withDaemon("  minimumVersion: \"1.3\"\n  http2: false\n") { daemon, _ in
            let (older, newer) = (
                try await self.agreed(daemon, upTo: "1.2"), try await self.agreed(daemon, upTo: "1.3")
            )
            #expect(older == nil)
            #expect(newer == "TLSv1.3")
            let outcome = try await daemon.curl(.http2, "/healthz", ["--include"])
            #expect(outcome.text.hasPrefix("HTTP/1.1 200"))
        }
    }

    /// The suite of TLS 1.2 that is agreed on when this one alone is offered; nil when there is no agreement.
    private func agreed(_ port: Int, suite: String) async throws -> String? {
        let words = "openssl s_client -connect 127.0.0.1:\(port) -tls1_2 -cipher '\(suite):@SECLEVEL=0' </dev/null 2>&1"
        let text = try await ChildProcess.run(.init("bash", ["-c", words])).text
        // Offered at all: this openssl may have been built without it.
        try #require(!text.contains("no cipher match"), "\(suite): \(text)")
        return text.contains("Cipher is \(suite)") ? suite : nil
    }

    @Test("D4: TLS 1.2 offers ECDHE with AEAD only, for keys of both kinds", arguments: ["ECDSA", "RSA"])
    func suites(key: String) async throws {
        let pair = try await TestCertificate.make(
            "suites-\(key)",
            in: try await ThrowawayDirectories.make(),
            key: key == "RSA" ? TestCertificate.rsa : TestCertificate.curve
        )
        try await withDaemon("", certificate: pair) { _, port in
            for strength in ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"] {
                let suite = "ECDHE-\(key)-\(strength)"
                let agreed = try await self.agreed(port, suite: suite)
                #expect(agreed == suite)
            }
            for suite in [
                "ECDHE-\(key)-AES128-SHA", "ECDHE-\(key)-AES256-SHA", "ECDHE-\(key)-AES128-SHA256",
                "ECDHE-\(key)-AES256-SHA384", "AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA256",
                "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-CCM", "DHE-RSA-AES128-GCM-SHA256",
                "DHE-RSA-AES256-SHA", "DHE-RSA-CHACHA20-POLY1305", "ADH-AES128-SHA256", "AECDH-AES128-SHA",
            ] {
                let agreed = try await self.agreed(port, suite: suite)
                #expect(agreed == nil, "\(suite)")
            }
        }
    }

    @Test("I9: what is no TLS is told so or hung up on, and disturbs nobody")
    func noTLS() async throws {
        try await withDaemon("") { daemon, port in
            let plain = try await HTTPProbe.connect(port: port)
            let answer = try await plain.request("GET", "/healthz")
            #expect(answer.status == 400)
            #expect(answer.text.contains("https://"))
            let record: [UInt8] = [22, 3, 1, 2, 0]
            let hello = record + [1, 0, 1, 252, 3, 3]
            for bytes in [
                [0], [128, 46, 1, 0, 2], Array("get / http".utf8), record + [UInt8](repeating: 0xAA, count: 512),
                hello + [UInt8](repeating: 0xFF, count: 506), [22, 255, 255, 255, 255, 0, 0], [21, 3, 3, 0, 2, 2, 40],
            ] as [[UInt8]] {
                let probe = try await HTTPProbe.connect(port: port)
                try await probe.send(bytes)
                #expect(try await probe.isHungUp(), "\(bytes.prefix(12))")
            }
            #expect(try await daemon.curl(.http2, "GET", "/healthz").status == 200)
        }
    }

    @Test("I9: who does not go on is cut off, and does not keep the daemon from stopping")
    func stalled() async throws {
        try await withDaemon("  handshakeTimeout: 500ms\n") { _, port in
            for bytes in [[], [22], [22, 3, 1, 2, 0, 1, 0]] as [[UInt8]] {
                let probe = try await HTTPProbe.connect(port: port)
                if !bytes.isEmpty { try await probe.send(bytes) }
                #expect(try await probe.isHungUp())
            }
        }
        try await withDaemon("  handshakeTimeout: 24h\n") { _, port in
            // Still open when the daemon is told to stop.
            _ = try await HTTPProbe.connect(port: port)
            let begun = try await HTTPProbe.connect(port: port)
            try await begun.send([22, 3, 1, 2, 0])
        }
    }
}

extension HTTPProbe {
    /// Whether the server closes the connection, perhaps with an alert in front.
    fileprivate func isHungUp() async throws -> Bool {
        do {
            while try await !take(atMost: 1000).isEmpty {}
            return true
        } catch HTTPProbeError.closed {
            return true
        }
    }
}
