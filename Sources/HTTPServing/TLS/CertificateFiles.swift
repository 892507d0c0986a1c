import Glibc
import NIOSSL
import SystemPackage

/// The certificate and its key that a server shows, as files in PEM.
package struct CertificateFiles: Sendable {
    /// Path of the certificate, with those that lead to the root behind it.
    package var certificate: String
    /// Path of its private key.
    package var privateKey: String
    /// What errors call the two.
    package var settings: SettingNames

    /// - Parameters:
    ///   - certificate: path of the chain, the server's own certificate first.
    ///   - privateKey: path of the first certificate's key.
    ///   - settings: where the paths come from, so that errors can say what to change.
    package init(certificate: String, privateKey: String, settings: SettingNames = .init()) {
        self.certificate = certificate
        self.privateKey = privateKey
        self.settings = settings
    }

    /// The settings that paths of certificates are taken from, by their names.
    package struct SettingNames: Sendable, Hashable {
        /// That of the chain.
        package var certificate: String
        /// That of the key.
        package var privateKey: String

        /// Names them; by what they are, unless a service has other names for them.
        package init(certificate: String = "certificate", privateKey: String = "privateKey") {
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    /// Beyond, a file is no certificate, whatever it is.
    private static let maximumLengthBytes = 1 << 20

    /// What changes when a file is replaced or rewritten; nil where there is none.
    struct Stamp: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        var modified: [Int]
    }

    /// Of both files; symbolic links are followed, as certificate tools switch those.
    func stamps() -> [Stamp?] {
        [self.certificate, self.privateKey].map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return Stamp(
                device: UInt(status.st_dev),
                inode: UInt(status.st_ino),
                size: Int(status.st_size),
                modified: [
                    status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
                ]
            )
        }
    }

    /// Reads both and proves that they belong together. Blocks.
    ///
    /// - Throws: naming the setting, the file and what is wrong with it.
    func load(_ options: TLSOptions) throws(CertificateError) -> LoadedCertificate {
        let chain = try self.chain()
        let key = try self.key()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.cipherSuiteValues = Self.ciphers
        configuration.minimumTLSVersion = options.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
        configuration.applicationProtocols = options.isHTTP2Enabled ? ["h2", "http/1.1"] : ["http/1.1"]
        do {
            return LoadedCertificate(
                context: try NIOSSLContext(configuration: configuration),
                expiry: Int64(chain[0].notValidAfter)
            )
        } catch {
            throw CertificateError(
                message:
                    "The key in \(self.privateKey) (\(self.settings.privateKey)) does not belong to the first certificate in \(self.certificate) (\(self.settings.certificate)).",
                cause: error
            )
        }
    }

    /// Forward secrecy and authenticated encryption (RFC 9325 section 4.2); those of TLS 1.3 are all like this, and are not chosen here.
    private static let ciphers: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    ]

    private func chain() throws(CertificateError) -> [NIOSSLCertificate] {
        let bytes = try Self.read(self.certificate, setting: self.settings.certificate)
        let chain = (try? NIOSSLCertificate.fromPEMBytes(bytes)) ?? []
        guard !chain.isEmpty else {
            throw Self.invalid(self.settings.certificate, self.certificate, "is not a certificate in PEM")
        }
        return chain
    }

    private func key() throws(CertificateError) -> NIOSSLPrivateKey {
        let bytes = try Self.read(self.privateKey, setting: self.settings.privateKey)
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw Self.invalid(
                self.settings.privateKey,
                self.privateKey,
                "is not a private key in PEM without a passphrase"
            )
        }
    }

    private static func read(_ path: String, setting: String) throws(CertificateError) -> [UInt8] {
        let file: SystemPackage.FileDescriptor
        do {
            // Not waiting for a writer, should it be a pipe.
            file = try SystemPackage.FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: [.closeOnExec, .nonBlocking]
            )
        } catch {
            throw Self.invalid(setting, path, "cannot be opened: \(error)")
        }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count: Int
            do {
                // Not at a position, which a pipe has not.
                count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
            } catch {
                throw Self.invalid(setting, path, "cannot be read: \(error)")
            }
            guard count > 0 else { return bytes }
            bytes += piece.prefix(count)
            guard bytes.count <= Self.maximumLengthBytes else {
                throw Self.invalid(setting, path, "is too large for a file in PEM")
            }
        }
    }

    private static func invalid(_ setting: String, _ path: String, _ problem: String) -> CertificateError {
        CertificateError(message: "The file \(path) of the setting \(setting) \(problem).", cause: nil)
    }
}

/// What a pair of files became.
struct LoadedCertificate: Sendable {
    var context: NIOSSLContext
    /// Seconds since 1970.
    var expiry: Int64
}

extension CertificateFiles {
    /// Reads both files, and proves that they can be used with these options. Blocks.
    /// - Throws: naming the setting, the file and what is wrong with it.
    package func check(_ options: TLSOptions) throws(CertificateError) { _ = try self.load(options) }
}
