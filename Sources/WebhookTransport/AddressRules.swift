package import HTTPSemantics

/// To which addresses a message may go: to what is reachable from the internet, and to networks that are listed.
///
/// Whoever makes a webhook chooses where this process connects to, from inside of a network that trusts it. So an address is judged by
/// what it is, never by the name that led to it.
package struct AddressRules: Hashable, Sendable {
    private let allowed: TrustedAddresses

    /// - Parameter allowed: exceptions (`webhooks.allowedNetworks`).
    package init(allowed: TrustedAddresses) { self.allowed = allowed }

    /// Whether a connection to the address may be made, over TLS.
    func allows(_ address: IPAddress) -> Bool { self.isListed(address) || !self.isSpecial(address) }

    /// Whether the address is one of the exceptions, which may be reached without TLS too.
    func isListed(_ address: IPAddress) -> Bool { self.allowed.contains(address) }

    /// Whether the address, or the IPv4 address that it carries, belongs to a special network.
    private func isSpecial(_ address: IPAddress) -> Bool {
        Self.contains(Self.special, address) || Self.contains(Self.carriers, address) || !Self.isGlobal(address)
    }

    /// IPv6 has one block that is routed in the internet (RFC 4291 section 2.4; IANA has given out nothing else). IPv4 has no such rule.
    private static func isGlobal(_ address: IPAddress) -> Bool {
        Self.routed?.contains(address) ?? false
    }

    /// A list that could not be read has every address: better none may be reached than all.
    private static func contains(_ networks: TrustedAddresses?, _ address: IPAddress) -> Bool {
        networks?.contains(address) ?? true
    }

    private static let routed = try? TrustedAddresses(["0.0.0.0/0", "2000::/3"])

    /// What is not reachable from everywhere, by IANA's registries of special-purpose addresses (RFC 6890). Addresses of metadata services
    /// (169.254.169.254, fd00:ec2::254, 100.100.100.200) are among them; Azure's and Oracle's are listed.
    private static let special = try? TrustedAddresses([
        "0.0.0.0/8",  // this network (RFC 791)
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  // private (RFC 1918)
        "100.64.0.0/10",  // behind a provider's translation (RFC 6598)
        "127.0.0.0/8",  // loopback
        "168.63.129.16/32",  // Azure's host
        "169.254.0.0/16",  // link-local (RFC 3927)
        "192.0.0.0/24",  // protocol assignments (RFC 6890), Oracle's metadata at 192.0.0.192
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  // documentation (RFC 5737)
        "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24",  // AS112 and AMT (RFC 7535, 7450, 7534)
        "192.88.99.0/24",  // relays of 6to4 (RFC 7526)
        "198.18.0.0/15",  // benchmarks (RFC 2544)
        "224.0.0.0/4",  // multicast
        "240.0.0.0/4",  // reserved, and broadcast
        "2001::/23",  // protocol assignments (RFC 2928): Teredo, ORCHID, benchmarks
        "2001:db8::/32", "3fff::/20",  // documentation (RFC 3849, 9637)
        "2620:4f:8000::/48",  // AS112 (RFC 7534)
        "5f00::/16",  // segment identifiers (RFC 9602)
    ])

    /// IPv6 addresses that carry an IPv4 address, which a gateway near us may connect to: 6to4 (RFC 3056), NAT64 (RFC 6052, 8215), IPv4
    /// compatible (RFC 4291 section 2.5.5.1) and translated (RFC 2765). Mapped addresses are IPv4 addresses already.
    private static let carriers = try? TrustedAddresses([
        "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96",
    ])
}
