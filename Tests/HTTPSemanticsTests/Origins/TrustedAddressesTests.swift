import HTTPSemantics
import Testing

@Suite("Trusted addresses")
struct TrustedAddressesTests {
    @Test(
        "Addresses and networks hold what they hold",
        arguments: [
            ("127.0.0.1", ["127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1"], ["127.0.0.2", "::1"]),
            ("::1", ["::1", "0:0:0:0:0:0:0:1", "::1%lo"], ["::2", "127.0.0.1", "::"]),
            ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["11.0.0.0", "9.255.255.255", "::a00:0"]),
            ("10.9.8.7/8", ["10.0.0.1"], ["11.0.0.1"]),
            ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]),
            ("192.0.2.4/30", ["192.0.2.4", "192.0.2.7"], ["192.0.2.3", "192.0.2.8"]),
            ("0.0.0.0/0", ["1.2.3.4"], ["::1"]),
            ("::/0", ["::1", "ffff::"], ["1.2.3.4", "::ffff:1.2.3.4"]),
            ("fd00::/7", ["fd00::1", "fc00::", "fdff:ffff::"], ["fe00::", "fb00::"]),
            ("2001:db8::/127", ["2001:db8::", "2001:db8::1"], ["2001:db8::2"]),
            ("::ffff:10.0.0.0/104", ["10.1.2.3"], ["11.1.2.3"]),
            ("1.2.3.4/32", ["1.2.3.4"], ["1.2.3.5"]),
        ] as [(String, [String], [String])]
    )
    func membership(network: String, inside: [String], outside: [String]) throws {
        let trusted = try TrustedAddresses([network])
        for address in inside { #expect(trusted.contains(address), "\(address) in \(network)") }
        for address in outside { #expect(!trusted.contains(address), "\(address) not in \(network)") }
    }

    @Test(
        "What is neither is named in the error",
        arguments: [
            "", " ", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1",
            "1.2.3.4/+8",
            "1.2.3.4/8/8", "1.2.3.4/0008", "::/129", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::", "g::",
            "12345::", "[::1]", "::1%lo", "::ffff:1.2.3", "1.2.3.4::", "::ffff:10.0.0.0/95", "1.2.3.4%a", "1.2.3.4 ",
            "\u{0661}.2.3.4",
            "*", "1.2.3.*", "0x7f.0.0.1", "::1.2.3.4.5", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:",
        ]
    )
    func invalid(text: String) {
        do throws(TrustedAddresses.InvalidAddress) {
            _ = try TrustedAddresses(["::1", text])
            Issue.record("accepted")
        } catch {
            #expect(error.text == text)
        }
    }

    @Test("Bytes in network order are the same addresses as their text")
    func bytes() {
        #expect(IPAddress(networkOrder: [192, 0, 2, 1]) == IPAddress("192.0.2.1"))
        #expect(IPAddress(networkOrder: [UInt8](repeating: 0, count: 15) + [1]) == IPAddress("::1"))
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 10, 0, 0, 1]
        #expect(IPAddress(networkOrder: mapped) == IPAddress("10.0.0.1"))
        for count in [0, 3, 5, 15, 17] { #expect(IPAddress(networkOrder: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test("Nothing is in nothing, and no address is in anything")
    func nothing() throws {
        #expect(try !TrustedAddresses([]).contains("127.0.0.1"))
        let all = try TrustedAddresses(["0.0.0.0/0", "::/0"])
        for text in ["", "unix", "/run/socket", "1.2.3.4:80", "[::1]", "localhost"] { #expect(!all.contains(text)) }
        #expect(all.contains("1.2.3.4") && all.contains("::1"))
    }
}

extension TrustedAddresses {
    /// Of an address as text; no address, no trust.
    fileprivate func contains(_ text: String) -> Bool { IPAddress(text).map { self.contains($0) } ?? false }
}
