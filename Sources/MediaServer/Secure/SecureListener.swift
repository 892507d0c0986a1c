/// Where TLS is spoken, and with which certificate. Every field is a configuration key (`tls.*`).
package struct SecureListener: Sendable {
    package var hostname: String
    /// 0 takes any free port.
    package var port: Int
    package var certificates: CertificateWatcher
    /// A client that has not shaken hands within this time is cut off.
    package var handshakeTimeout: Duration

    package init(hostname: String, port: Int, certificates: CertificateWatcher, handshakeTimeout: Duration) {
        self.hostname = hostname
        self.port = port
        self.certificates = certificates
        self.handshakeTimeout = handshakeTimeout
    }
}
