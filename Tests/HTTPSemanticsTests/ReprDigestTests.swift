import HTTPSemantics
import Testing

@Suite("Repr-Digest and what asks for it")
struct ReprDigestTests {
    @Test(
        "H5: wanted with a weight from 1 to 10",
        arguments: [
            (["sha-256=1"], true), (["sha-256=10"], true), (["sha-512=3, sha-256=10, unixsum=0"], true),
            (["sha-512=3", "sha-256=2"], true), ([" sha-256=5 "], true), (["sha-256=1;x=y"], true),
            // The last of several members of the same name counts (RFC 9651 4.2.2).
            (["sha-256=0", "sha-256=4"], true), (["sha-256=4", "sha-256=0"], false),
            ([], false), ([""], false), (["sha-256"], false), (["sha-256=?1"], false), (["sha-256=0"], false),
            (["sha-256=11"], false), (["sha-256=-1"], false), (["sha-256=1.0"], false), (["sha-256=\"1\""], false),
            (["sha-256=a"], false), (["SHA-256=1"], false), (["sha256=1"], false), (["sha-512=10"], false),
            (["sha-256=1,"], false), (["sha-256=1 sha-512=1"], false), (["sha-256=1", "%"], false),
            (["sha-256=99999999999999999999"], false), (["sha-256 = 1"], false),
        ]
    )
    func wants(lines: [String], expected: Bool) {
        #expect(DigestFields.wants(.sha256, lines: lines) == expected)
    }

    @Test("H5: a value that costs too much to read asks for nothing")
    func tooLong() {
        let names = (0..<1000).map { "a\($0)=1" }.joined(separator: ", ")
        #expect(!DigestFields.wants(.sha256, lines: [names, "sha-256=1"]))
    }

    /// Of `{"hello": "world"}` and a line feed.
    @Test("H5: the value, as in RFC 9530 B.1")
    func value() throws {
        let digest: [UInt8] = [
            0x44, 0xAF, 0xF4, 0xAB, 0x2D, 0x7C, 0x32, 0x50, 0x52, 0x56, 0x75, 0xA0, 0x8F, 0x0C, 0xFA, 0x95, 0x91, 0x16,
            0x8C, 0xFF, 0xE5, 0x17, 0x91, 0xC5, 0xF5, 0xBB, 0xC4, 0x17, 0xC1, 0x5A, 0x6C, 0x38,
        ]
        let text = DigestFields.value(sha256: digest)
        #expect(text == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:")
        #expect(try DigestFields.parse(text) == [DigestValue(.sha256, digest)])
    }
}
