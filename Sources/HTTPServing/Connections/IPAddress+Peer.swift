package import HTTPSemantics
package import NIOCore

extension IPAddress {
    /// The address of a connection's other end, without its port and without a way over text; nil when it has none.
    package init?(peer address: SocketAddress?) {
        switch address {
        // ip(7), ipv6(7): the bytes of the address stand behind family and port, and behind the flow information of IPv6.
        case .v4(let address):
            self.init(networkOrder: withUnsafeBytes(of: address.address) { Array($0[4..<8]) })
        case .v6(let address):
            self.init(networkOrder: withUnsafeBytes(of: address.address) { Array($0[8..<24]) })
        case .unixDomainSocket, nil: return nil
        }
    }
}
