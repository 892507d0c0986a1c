import FoundationEssentials
import Glibc
import MediaTesting
import Testing

@Suite("Certificates", .timeLimit(.minutes(3)))
struct CertificateTests {
    /// A daemon of its own, with a certificate whose files the test may replace.
    private func withDaemon(
        _ settings: String,
        _ body: @Sendable (DaemonProcess, TestCertificate, _ directory: String) async throws -> Void
    ) async throws {
        let directory = try await ThrowawayDirectories.make()
        let pair = try await TestCertificate.make("first", in: directory)
        let site = try await DaemonSite(configuration: Configurations.standard + pair.lines(settings))
        let daemon = try await site.start()
        try await withLog(of: daemon) {
            try await body(daemon, pair, directory)
            #expect(try await daemon.terminate() == .exited(0))
        }
        await daemon.kill9()
        try await site.remove()
        try ThrowawayDirectories.remove(directory)
    }

    /// Whether a new connection is shown this certificate.
    private func shows(_ certificate: TestCertificate, _ daemon: DaemonProcess) async throws -> Bool {
        let outcome = try await daemon.curl(.http2, "/healthz", [], certificate: certificate)
        return outcome.ending == .exited(0)
    }

    /// As certificate tools do it: a new file takes the old one's name.
    private func replace(_ old: String, by new: String) throws {
        let copy = "\(old).new"
        try Data(contentsOf: URL(fileURLWithPath: new)).write(to: URL(fileURLWithPath: copy))
        try #require(rename(copy, old) == 0)
    }

    @Test("I9: a new one is shown without a restart, and downloads under the old one go on")
    func reload() async throws {
        try await withDaemon("  reloadInterval: 100ms\n") { daemon, pair, directory in
            let second = try await TestCertificate.make("second", in: directory)
            let bytes = try Samples.video(padding: 6 << 20)
            let sample = try await ServedSample(bytes, "collection=videos", daemon)
            let first = try Self.copy(pair, "\(directory)/kept.pem")
            let file = "\(directory)/film"
            let words = ["--limit-rate", "2M", "--output", file]
            async let film = daemon.curl(.http2, sample.path, words, certificate: first)
            #expect(try await eventually { FileManager.default.fileExists(atPath: file) })
            try self.replace(pair.certificate, by: second.certificate)
            // Half of the pair: the old one stays.
            #expect(try await eventually { daemon.log.contains("The new certificate cannot be used") })
            #expect(try await self.shows(first, daemon))
            try self.replace(pair.privateKey, by: second.privateKey)
            #expect(try await eventually { try await self.shows(second, daemon) })
            #expect(try await film.ending == .exited(0))
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)).elementsEqual(bytes))
            #expect(try await !self.shows(first, daemon))
        }
    }

    @Test("I9: a broken file changes nothing until it is mended")
    func broken() async throws {
        try await withDaemon("  reloadInterval: 100ms\n") { daemon, pair, directory in
            let second = try await TestCertificate.make("second", in: directory)
            let first = try Self.copy(pair, "\(directory)/kept.pem")
            for junk in [
                Data(), Data("junk".utf8), try Data(contentsOf: URL(fileURLWithPath: pair.certificate)).prefix(200),
            ] {
                let complaints = Self.complaints(daemon)
                try junk.write(to: URL(fileURLWithPath: pair.certificate))
                #expect(try await eventually { Self.complaints(daemon) > complaints })
                #expect(try await self.shows(first, daemon))
            }
            try #require(unlink(pair.privateKey) == 0)
            try self.replace(pair.certificate, by: second.certificate)
            try self.replace(pair.privateKey, by: second.privateKey)
            #expect(try await eventually { try await self.shows(second, daemon) })
        }
    }

    @Test("I9: SIGHUP makes it look at once")
    func hangup() async throws {
        try await withDaemon("  reloadInterval: 24h\n") { daemon, pair, directory in
            let second = try await TestCertificate.make("second", in: directory)
            try self.replace(pair.certificate, by: second.certificate)
            try self.replace(pair.privateKey, by: second.privateKey)
            daemon.process.send(signal: SIGHUP)
            #expect(try await eventually { try await self.shows(second, daemon) })
        }
    }

    private static func copy(_ pair: TestCertificate, _ path: String) throws -> TestCertificate {
        try Data(contentsOf: URL(fileURLWithPath: pair.certificate)).write(to: URL(fileURLWithPath: path))
        return TestCertificate(certificate: path, privateKey: pair.privateKey)
    }

    private static func complaints(_ daemon: DaemonProcess) -> Int {
        daemon.log.components(separatedBy: "The new certificate cannot be used").count
    }

    @Test("that cannot be used stop the start, and the setting is named")
    func unusable() async throws {
        let directory = try await ThrowawayDirectories.make()
        let (first, second) = (
            try await TestCertificate.make("first", in: directory),
            try await TestCertificate.make("second", in: directory)
        )
        let junk = "\(directory)/junk"
        try Data("junk".utf8).write(to: URL(fileURLWithPath: junk))
        let cases: [(String, String, String)] = [
            ("\(directory)/none", first.privateKey, "tls.certificate"), (junk, first.privateKey, "tls.certificate"),
            (first.privateKey, first.privateKey, "tls.certificate"), (directory, first.privateKey, "tls.certificate"),
            (first.certificate, "\(directory)/none", "tls.privateKey"), (first.certificate, junk, "tls.privateKey"),
            (first.certificate, first.certificate, "tls.privateKey"),
            (first.certificate, second.privateKey, "does not belong"),
            (first.certificate, "", "tls.privateKey"), ("", first.privateKey, "tls.certificate"),
        ]
        let site = try await DaemonSite(configuration: Configurations.standard)
        for (certificate, key, word) in cases {
            let environment = ["MEDIAD_TLS_CERTIFICATE": certificate, "MEDIAD_TLS_PRIVATE_KEY": key]
            let process = try await site.launch(environment: environment)
            let ending = await process.waitForExit(atMost: .seconds(30))
            #expect(ending != .exited(0) && ending != nil, "\(certificate) \(key)")
            #expect(process.standardError.contains(word), "\(process.standardError)")
            await process.kill9()
        }
        try await site.remove()
        try ThrowawayDirectories.remove(directory)
    }

    @Test("I9: TLS alone, without a listener in the clear")
    func secureOnly() async throws {
        let pair = try await TestCertificate.standard()
        let text = Configurations.standard.replacing("http:\n", with: "http:\n  enabled: false\n") + pair.lines()
        let site = try await DaemonSite(configuration: text)
        let process = try await site.launch()
        #expect(try await eventually { process.standardError.contains("https://127.0.0.1:") })
        #expect(!process.standardError.contains("http://127.0.0.1:"))
        process.send(signal: SIGTERM)
        #expect(await process.waitForExit(atMost: .seconds(30)) == .exited(0))
        await process.kill9()
        try await site.remove()
    }
}
