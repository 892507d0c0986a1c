/// The proxies whose word about a request's origin is taken.
package struct TrustedAddresses: Hashable, Sendable {
    private let networks: [Network]

    /// Reads IPv4 and IPv6 addresses and networks in CIDR notation: `127.0.0.1`, `::1`, `10.0.0.0/8`, `fd00::/8`.
    ///
    /// Host bits of a network may be set.
    /// - Throws: ``InvalidAddress`` with the first text that is neither.
    package init(_ texts: [String]) throws(InvalidAddress) {
        var networks: [Network] = []
        for text in texts {
            guard let network = Network(text) else { throw InvalidAddress(text: text) }
            networks.append(network)
        }
        self.networks = networks
    }

    /// Whether the address is one of them. IPv4 addresses mapped into IPv6 count as what they are.
    package func contains(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// A text that is no address and no network.
    package struct InvalidAddress: Error, Hashable, CustomStringConvertible {
        /// As it was given.
        package let text: String

        /// For people.
        package var description: String { "\(text) is no IP address and no network like 10.0.0.0/8" }
    }

    private struct Network: Hashable {
        let base: IPAddress
        let length: Int

        init?(_ text: String) {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, !first.utf8.contains(.percent), let address = IPAddress(first) else {
                return nil
            }
            let bits = address.bytes.count * 8
            var length = bits
            if parts.count == 2 {
                guard (1...3).contains(parts[1].utf8.count), let given = DecimalField.parse(parts[1]) else {
                    return nil
                }
                // A network of mapped addresses counts its length from the beginning of the mapping.
                length = address.isIPv4 && first.utf8.contains(UInt8(ascii: ":")) ? Int(given) - 96 : Int(given)
                guard (0...bits).contains(length) else { return nil }
            }
            self.base = address.masked(to: length)
            self.length = length
        }

        func contains(_ address: IPAddress) -> Bool {
            address.bytes.count == base.bytes.count && address.masked(to: length) == base
        }
    }
}
