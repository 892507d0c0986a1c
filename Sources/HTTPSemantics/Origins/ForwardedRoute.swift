/// The lines of the fields in which proxies tell where a request comes from.
struct ForwardingLines: Hashable, Sendable {
    /// `Forwarded` (RFC 7239).
    var forwarded: [String] = []
    /// `X-Forwarded-For`.
    var addresses: [String] = []
    /// `X-Forwarded-Host`.
    var hosts: [String] = []
    /// `X-Forwarded-Proto`.
    var schemes: [String] = []
}

/// What trusted proxies together say about a request.
struct ForwardedRoute: Hashable, Sendable {
    /// The address farthest to the left that a trusted proxy wrote; nil if there is none.
    var client: IPAddress?

    /// The Host that the outermost trusted proxy saw, as far as it is told.
    var host: Authority?

    /// The scheme likewise.
    var scheme: String?

    /// Reads the lines of a request whose peer is trusted.
    ///
    /// A proxy that knows one kind of fields passes the other on as the client forged it. So where both kinds are there and
    /// name different clients, neither is believed.
    /// - Returns: nil when nothing can be believed.
    init?(_ lines: ForwardingLines, isTrusted: (IPAddress) -> Bool) {
        let elements = ForwardedElement.list(lines.forwarded)
        let standard = elements.isEmpty ? nil : ForwardedRoute(walking: elements, isTrusted: isTrusted)
        let older = Self.older(lines, isTrusted: isTrusted)
        if let standard, let older, standard.client != older.client { return nil }
        guard let route = standard ?? older else { return nil }
        self = route
    }

    /// Goes from the right to the first address that is not trusted, or to one that is hidden.
    private init(walking elements: [ForwardedElement], isTrusted: (IPAddress) -> Bool) {
        for element in elements.reversed() {
            // The farther away a trusted proxy is, the nearer it is to the client: its word replaces that of later ones.
            host = element.host ?? host
            scheme = element.scheme ?? scheme
            guard let address = element.address else { return }
            client = address
            if !isTrusted(address) { return }
        }
    }

    private static func older(_ lines: ForwardingLines, isTrusted: (IPAddress) -> Bool) -> ForwardedRoute? {
        let hosts = ForwardedElement.members(lines.hosts)
        let schemes = ForwardedElement.members(lines.schemes)
        let addresses = ForwardedElement.addresses(lines.addresses)
        guard !(hosts.isEmpty && schemes.isEmpty && addresses.isEmpty) else { return nil }
        var route = ForwardedRoute(walking: addresses, isTrusted: isTrusted)
        // Each trusted proxy that wrote an address may have added to these too, but most replace them.
        let trusted = addresses.reversed().prefix { $0.address.map(isTrusted) ?? false }
        let hops = min(trusted.count + 1, max(addresses.count, 1))
        route.host = hosts.suffix(hops).first.flatMap { Authority($0) }
        route.scheme = schemes.suffix(hops).first.flatMap { ForwardedElement.scheme($0) }
        return route
    }
}
