/// How TLS is spoken. Every field is a configuration key (`tls.*`).
package struct TLSOptions: Sendable {
    /// The oldest version that a client may speak; older ones are broken (RFC 8996).
    package enum MinimumVersion: String, CaseIterable, Sendable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// Clients that can only speak an older version are refused.
    package var minimumVersion: MinimumVersion
    /// Whether HTTP/2 is offered (ALPN, RFC 7301); HTTP/1.1 always is.
    package var isHTTP2Enabled: Bool

    /// - Parameter isHTTP2Enabled: whether HTTP/2 is offered beside HTTP/1.1.
    package init(minimumVersion: MinimumVersion, isHTTP2Enabled: Bool) {
        self.minimumVersion = minimumVersion
        self.isHTTP2Enabled = isHTTP2Enabled
    }
}
