import HTTPSemantics
import MediaCore
import NIOCore

/// Where a message may be sent to: addresses that were resolved and checked, and that are connected to without asking again.
///
/// A name whose addresses are not all allowed is refused as a whole: otherwise the one that answers first would decide.
struct CheckedAddresses: Sendable {
    /// At least one.
    let addresses: [SocketAddress]

    /// - Throws: ``WebhookFailure`` `unresolvable`, `notAllowed`.
    init(of url: WebhookURL, resolver: any HostResolver, rules: AddressRules) async throws(WebhookFailure) {
        // What is an address already is none of the resolver's business.
        let found: [IPAddress]
        if let address = IPAddress(url.host) {
            found = [address]
        } else {
            found = await resolver.addresses(of: url.host)
        }
        guard !found.isEmpty else { throw .unresolvable }
        guard found.allSatisfy({ url.isSecure ? rules.allows($0) : rules.isListed($0) }) else { throw .notAllowed }
        let addresses = found.compactMap { try? SocketAddress(ipAddress: "\($0)", port: url.port) }
        guard !addresses.isEmpty else { throw .unresolvable }
        self.addresses = addresses
    }
}
