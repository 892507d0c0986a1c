import HTTPServing
import MediaCore
import ServiceSupport

extension Settings.TLS {
    /// - Returns: nil when neither file is named.
    static func read(_ reader: SettingsReader, http: Settings.HTTP) async throws -> Self? {
        let options = TLSOptions(
            minimumVersion: try await reader.read(
                .choice("tls.minimumVersion", default: .tls12, "The oldest version of TLS that clients may speak.")
            ),
            isHTTP2Enabled: try await reader.read(.bool("tls.http2", default: true, "Whether HTTP/2 is offered."))
        )
        let hostname = try await reader.read(
            .text("tls.hostname", default: "", "Address to listen on. Empty: http.hostname.")
        )
        let port = try await reader.read(.integer("tls.port", default: 8443, in: 0...65535, "0 takes a free one."))
        let reloadInterval = try await reader.read(
            .duration(
                "tls.reloadInterval",
                default: .seconds(30),
                in: .anyTimeout,
                """
                How often the daemon checks whether the files were replaced. New connections then get the new \
                certificate. A pair that is damaged or does not belong together is logged, and the old one stays. \
                SIGHUP checks at once.
                """
            )
        )
        let handshakeTimeout = try await reader.read(
            .duration(
                "tls.handshakeTimeout",
                default: .seconds(10),
                in: .anyTimeout,
                "A client that has not finished the TLS handshake within it is cut off."
            )
        )
        guard let files = try await Self.files(reader) else {
            guard http.isEnabled else {
                try reader.refuse("http.enabled", "false", "true, as long as tls.certificate is not set")
                return nil
            }
            return nil
        }
        if http.isEnabled, port != 0, port == http.port {
            try reader.refuse("tls.port", "\(port)", "another one than http.port")
        }
        return Self(
            files: files,
            options: options,
            hostname: hostname.isEmpty ? http.hostname : hostname,
            port: port,
            reloadInterval: reloadInterval,
            handshakeTimeout: handshakeTimeout
        )
    }

    private static func files(_ reader: SettingsReader) async throws -> CertificateFiles? {
        let certificate = try await reader.read(
            .optionalText(
                "tls.certificate",
                """
                File with the certificate in PEM, and behind it those that lead to the root (fullchain.pem). \
                Needs privateKey.
                """
            )
        )
        let privateKey = try await reader.read(
            .optionalText("tls.privateKey", "File with its private key in PEM, without a passphrase.")
        )
        switch (certificate, privateKey) {
        case (nil, nil): return nil
        case (let certificate?, let privateKey?):
            return CertificateFiles(
                certificate: certificate,
                privateKey: privateKey,
                settings: .init(certificate: "tls.certificate", privateKey: "tls.privateKey")
            )
        case (_?, nil): try reader.refuse("tls.privateKey", "", "a file, as tls.certificate is one")
        case (nil, _?): try reader.refuse("tls.certificate", "", "a file, as tls.privateKey is one")
        }
        return nil
    }
}
