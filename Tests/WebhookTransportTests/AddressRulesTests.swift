import HTTPSemantics
import Testing

@testable import WebhookTransport

@Suite("Addresses that a webhook may be sent to")
struct AddressRulesTests {
    private static var strict: AddressRules {
        get throws { AddressRules(allowed: try TrustedAddresses([])) }
    }

    @Test(
        "Nothing that is private, special, or carries such an address",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
            "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2",
            "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
            "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
            "255.255.255.255",
            "::", "::1", "::10.0.0.1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe",
            "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1",
            "2001::1", "2001:db8::1", "2001:10::1", "2001:20::1", "2002:7f00:1::", "2002:a00:1::", "2002:808:808::",
            "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "fe80::1%eth0",
            "fec0::1",
            "ff02::1", "ffff::1",
        ]
    )
    func refused(text: String) throws {
        #expect(try !Self.strict.allows(#require(IPAddress(text))))
    }

    @Test(
        "What the internet reaches",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
            "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8", "2606:4700:4700::1111",
            "2a00:1450:4001:80b::200e", "2001:4860:4860::8888", "2001:200::1",
        ]
    )
    func allowed(text: String) throws {
        #expect(try Self.strict.allows(#require(IPAddress(text))))
    }

    @Test("Listed networks are allowed, and only they may be reached without TLS")
    func listed() throws {
        let rules = AddressRules(allowed: try TrustedAddresses(["10.1.0.0/16", "fd00::/8"]))
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1"] {
            #expect(rules.allows(try #require(IPAddress(text))), "\(text)")
            #expect(rules.isListed(try #require(IPAddress(text))), "\(text)")
        }
        for text in ["10.2.0.1", "127.0.0.1", "fc00::1"] {
            #expect(!rules.allows(try #require(IPAddress(text))), "\(text)")
        }
        #expect(!rules.isListed(try #require(IPAddress("8.8.8.8"))))
    }
}
