package import HTTPTypes

/// Where a request comes from and under which name it reached the first server, as far as that can be believed.
package struct RequestOrigin: Hashable, Sendable {
    /// `http` or `https`.
    package let scheme: String

    /// `host[:port]`, lowercase, without the scheme's own port; empty when the request has no usable one.
    package let authority: String

    /// The client: the peer, or the last address from the right that no trusted proxy has. IPv6 in its canonical form.
    package let clientAddress: String

    /// The same; nil when the peer has no IP address.
    private let client: IPAddress?

    /// Reads `Forwarded` (RFC 7239) or `X-Forwarded-For`, `-Host` and `-Proto`, and only from a trusted peer.
    ///
    /// Every proxy adds to the right, so the lists are read from there, and only as far as trusted proxies wrote them: what the
    /// client itself put at the left is never believed. What is malformed counts as not there.
    /// - Parameters:
    ///   - fields: of the request.
    ///   - authority: the Host or `:authority` of the request (`HTTPRequest.authority`).
    ///   - peer: the other end of the connection; nil when it has no IP address.
    ///   - isTrusted: whether an address is that of a proxy to be believed.
    ///   - isSecure: whether the connection itself is TLS.
    package init(
        fields: HTTPFields,
        authority: String?,
        peer: IPAddress?,
        isTrusted: (IPAddress) -> Bool,
        isSecure: Bool
    ) {
        var scheme = isSecure ? "https" : "http"
        var host = authority.flatMap { Authority($0) }
        var client = peer
        if let peer, isTrusted(peer), let route = ForwardedRoute(ForwardingLines(fields), isTrusted: isTrusted) {
            scheme = route.scheme ?? scheme
            host = route.host ?? host
            client = route.client ?? client
        }
        self.scheme = scheme
        self.authority = host?.text(for: scheme) ?? ""
        self.client = client
        self.clientAddress = client?.description ?? ""
    }

    /// What quotas count by: an IPv4 address, or the network of 64 bits that a single IPv6 client may pick addresses from.
    package var clientNetwork: String {
        guard let address = client, !address.isIPv4 else { return clientAddress }
        return "\(address.masked(to: 64))/64"
    }

    /// The URL of a path here: absolute, or just the path when the request has no usable authority.
    package func url(ofPath path: String) -> String {
        authority.isEmpty ? path : "\(scheme)://\(authority)\(path)"
    }
}

extension ForwardingLines {
    /// Collects the lines of a request.
    fileprivate init(_ fields: HTTPFields) {
        self.init(
            forwarded: fields[values: .forwarded],
            addresses: fields[values: .xForwardedFor],
            hosts: fields[values: .xForwardedHost],
            schemes: fields[values: .xForwardedProto]
        )
    }
}
