import NIOCore

/// Whose connections count together: an IPv4 address, or the network of 64 bits that a customer gets in IPv6.
struct PeerNetwork: Hashable, Sendable {
    private let bits: UInt64
    private let isIPv4: Bool

    /// Nil when there is no IP address.
    init?(_ address: SocketAddress?) {
        switch address {
        // ip(7), ipv6(7): the bytes of the address stand behind family and port, and behind the flow information of IPv6.
        case .v4(let address):
            self.bits = withUnsafeBytes(of: address.address) {
                UInt64(UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            }
            self.isIPv4 = true
        case .v6(let address):
            let (high, low) = withUnsafeBytes(of: address.address) { bytes in
                (
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                )
            }
            // IPv4 mapped into IPv6 (RFC 4291 section 2.5.5.2).
            self.isIPv4 = high == 0 && low >> 32 == 0xFFFF
            self.bits = self.isIPv4 ? low & 0xFFFF_FFFF : high
        case .unixDomainSocket, nil: return nil
        }
    }
}
