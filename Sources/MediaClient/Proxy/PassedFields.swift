package import NIOHTTP1

/// Which header fields a proxy passes on, and which are between it and one of its neighbours (RFC 9110 section 7.6.1).
package enum PassedFields {
    /// Of one connection, whether `Connection` names them or not.
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    /// Of requests: what the proxy says itself, what it has answered already (`Expect`), and credentials of another service.
    private static let ownInRequests: Set<String> = [
        "host", "content-length", "expect", "cookie", "forwarded", "x-forwarded-for", "x-forwarded-host",
        "x-forwarded-proto", "x-real-ip",
    ]
    /// Of responses: what the proxy's server says itself, and what is for the origin that mediad does not have here.
    private static let ownInResponses: Set<String> = ["date", "server", "set-cookie", "alt-svc"]
    /// Fields of responses with addresses.
    private static let addresses: Set<String> = ["location", "content-location"]

    /// The fields of a request as mediad gets them.
    package static func request(_ fields: HTTPHeaders, from origin: PassedRequest.Origin) -> HTTPHeaders {
        var passed = self.endToEnd(fields, without: Self.ownInRequests)
        // One entry each: what the client itself may have written there is not passed on.
        if !origin.client.isEmpty { passed.add(name: "X-Forwarded-For", value: origin.client) }
        passed.add(name: "X-Forwarded-Proto", value: origin.scheme)
        if !origin.authority.isEmpty { passed.add(name: "X-Forwarded-Host", value: origin.authority) }
        return passed
    }

    /// The fields of a response as the client gets them: addresses of what is passed on are paths of the client's own origin.
    package static func response(_ fields: HTTPHeaders, passing prefixes: [String]) -> HTTPHeaders {
        var passed = HTTPHeaders()
        for (name, value) in self.endToEnd(fields, without: Self.ownInResponses) {
            let isAddress = Self.addresses.contains(name.lowercased())
            passed.add(name: name, value: isAddress ? self.path(of: value, below: prefixes) ?? value : value)
        }
        return passed
    }

    /// - Returns: path and query of an absolute address that leads to one of `prefixes`; nil for other addresses.
    private static func path(of address: String, below prefixes: [String]) -> String? {
        for scheme in ["http://", "https://"] where address.hasPrefix(scheme) {
            let rest = address.dropFirst(scheme.count)
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            return prefixes.contains { rest[slash...].hasPrefix($0) } ? String(rest[slash...]) : nil
        }
        return nil
    }

    private static func endToEnd(_ fields: HTTPHeaders, without own: Set<String>) -> HTTPHeaders {
        // What `Connection` names is of this connection, too.
        let named = fields[canonicalForm: "connection"].map { $0.lowercased() }
        var passed = HTTPHeaders()
        for (name, value) in fields {
            let key = name.lowercased()
            guard !Self.hopByHop.contains(key), !own.contains(key), !named.contains(key) else { continue }
            passed.add(name: name, value: value)
        }
        return passed
    }
}
