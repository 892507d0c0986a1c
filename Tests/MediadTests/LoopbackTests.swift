import Testing

@testable import mediad

@Suite("This machine and others")
struct LoopbackTests {
    @Test(arguments: ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])
    func loopback(_ host: String) { #expect(LoopbackAddresses.contains(host)) }

    @Test(arguments: [
        "0.0.0.0", "::", "10.0.0.1", "localhost.example.com", "127.0.0.1.nip.io", "", "*", "::ffff:10.0.0.1",
        "0127.0.0.1",
    ])
    func others(_ host: String) { #expect(!LoopbackAddresses.contains(host)) }
}
