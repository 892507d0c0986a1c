import HTTPServing
import MediaCore

extension Settings.TLS {
    /// - Returns: nil when neither file is named.
    static func read(_ reader: SettingsReader, http: Settings.HTTP) async throws -> Self? {
        let options = TLSOptions(
            minimumVersion: try await reader.choice("tls.minimumVersion", default: .tls12),
            isHTTP2Enabled: try await reader.bool("tls.http2", default: true)
        )
        let hostname = try await reader.string("tls.hostname", default: "")
        let port = try await reader.integer("tls.port", default: 8443, in: 0...65535)
        let reloadInterval = try await reader.duration("tls.reloadInterval", default: .seconds(30), in: .anyTimeout)
        let handshakeTimeout = try await reader.duration("tls.handshakeTimeout", default: .seconds(10), in: .anyTimeout)
        guard let files = try await Self.files(reader) else {
            guard http.isEnabled else {
                throw SettingsReader.invalid("http.enabled", "false", "true, as long as tls.certificate is not set")
            }
            return nil
        }
        if http.isEnabled, port != 0, port == http.port {
            throw SettingsReader.invalid("tls.port", "\(port)", "another one than http.port")
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
        let certificate = try await reader.optionalString("tls.certificate")
        let privateKey = try await reader.optionalString("tls.privateKey")
        switch (certificate, privateKey) {
        case (nil, nil): return nil
        case (let certificate?, let privateKey?):
            return CertificateFiles(certificate: certificate, privateKey: privateKey)
        case (_?, nil): throw SettingsReader.invalid("tls.privateKey", "", "a file, as tls.certificate is one")
        case (nil, _?): throw SettingsReader.invalid("tls.certificate", "", "a file, as tls.privateKey is one")
        }
    }
}
