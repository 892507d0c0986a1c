import HTTPSemantics
import NIOCore
import Testing

@testable import HTTPServing

@Suite("Whose connections count together")
struct PeerNetworkTests {
    private func network(_ address: String) throws -> PeerNetwork? {
        PeerNetwork(try SocketAddress(ipAddress: address, port: 80))
    }

    @Test("one IPv4 address, whatever the port", arguments: ["127.0.0.1", "10.1.2.3", "255.255.255.255", "0.0.0.0"])
    func ipv4(address: String) throws {
        let other = PeerNetwork(try SocketAddress(ipAddress: address, port: 12345))
        #expect(try self.network(address) == other)
        #expect(try self.network(address) == self.network("::ffff:\(address)"), "mapped into IPv6 it is the same host")
        #expect(try self.network(address) != self.network("10.1.2.4"))
    }

    @Test("one network of 64 bits in IPv6")
    func ipv6() throws {
        #expect(try self.network("2001:db8:1:2::1") == self.network("2001:db8:1:2:ffff:ffff:ffff:ffff"))
        #expect(try self.network("2001:db8:1:2::1") != self.network("2001:db8:1:3::1"))
        // Not mapped IPv4, and no IPv4 address either, though the bits are the same.
        #expect(try self.network("::1") != self.network("0.0.0.1"))
        #expect(try self.network("0:0:0:7f00::1") != self.network("127.0.0.0"))
    }

    @Test(
        "The address of a peer is the one that its text is",
        arguments: ["127.0.0.1", "255.1.2.3", "::1", "2001:db8:1:2::f", "::ffff:10.1.2.3"]
    )
    func address(text: String) throws {
        #expect(IPAddress(peer: try SocketAddress(ipAddress: text, port: 80)) == IPAddress(text))
        #expect(IPAddress(peer: nil) == nil)
        #expect(IPAddress(peer: try SocketAddress(unixDomainSocketPath: "/run/socket")) == nil)
    }

    @Test("nobody without an IP address")
    func others() throws {
        #expect(PeerNetwork(nil) == nil)
        #expect(PeerNetwork(try SocketAddress(unixDomainSocketPath: "/tmp/x")) == nil)
    }
}
