/// Where TLS is spoken, and with which certificate. Every field is a configuration key (`tls.*`).
package struct TLSListener: Sendable {
    /// The IP address or name to bind to.
    package var hostname: String
    /// 0 takes any free port.
    package var port: Int
    /// What clients are shown; run it as a service to have renewals noticed.
    package var certificates: CertificateWatcher
    /// A client that has not finished the TLS handshake within this time is cut off.
    package var handshakeTimeout: Duration

    /// - Parameters:
    ///   - port: 0 takes any free one.
    ///   - handshakeTimeout: for the whole TLS handshake.
    package init(hostname: String, port: Int, certificates: CertificateWatcher, handshakeTimeout: Duration) {
        self.hostname = hostname
        self.port = port
        self.certificates = certificates
        self.handshakeTimeout = handshakeTimeout
    }
}
